use mesh_clients::elevenlabs::{
    AssignedAgent, ElevenLabsError, KnowledgeDocument, KnowledgeSource, NewAgent,
};
use mesh_fakes::elevenlabs::{Behaviour, Operation, TRAINED_VOICE};
use serde_json::json;

use super::{World, soon, upload};

fn new_agent(name: &str) -> NewAgent {
    NewAgent {
        name: name.to_owned(),
        first_message: Some("Good morning.".to_owned()),
        system_prompt: "Answer in one sentence.".to_owned(),
        voice_id: Some(TRAINED_VOICE.to_owned()),
        language: "en".to_owned(),
        llm: "gemini-2.0-flash-001".to_owned(),
        temperature: 0.5,
        max_tokens: None,
        asr_quality: "high".to_owned(),
        model_id: "eleven_turbo_v2".to_owned(),
        optimize_streaming_latency: 3,
        stability: 0.5,
        similarity_boost: 0.75,
        turn_timeout_seconds: 7.0,
        max_duration_seconds: 300,
        record_voice: true,
        retention_days: 730,
    }
}

impl World {
    pub(crate) async fn create_agent(&self, name: &str) -> String {
        let agent = new_agent(name);
        let id = self.client.create_agent(&self.key, &agent, soon()).await;
        id.expect("created")
    }
}

#[tokio::test]
async fn an_agent_that_was_created_is_as_it_was_asked_for() {
    let world = World::new().await;
    let id = world.create_agent("Desk").await;
    let agent = world.client.agent(&world.key, &id, soon()).await;
    let agent = agent.expect("there");
    assert_eq!(
        (agent.name.as_str(), agent.voice_id()),
        ("Desk", Some(TRAINED_VOICE))
    );
    let config = &agent.conversation_config;
    assert_eq!(config["agent"]["first_message"], "Good morning.");
    let prompt = &config["agent"]["prompt"];
    assert_eq!(prompt["prompt"], "Answer in one sentence.");
    assert_eq!(
        (&prompt["temperature"], &prompt["max_tokens"]),
        (&json!(0.5), &json!(-1))
    );
    let end_call = &prompt["built_in_tools"]["end_call"];
    assert_eq!(end_call["params"]["system_tool_type"], "end_call");
    assert_eq!(config["conversation"]["max_duration_seconds"], 300);
    assert_eq!(config["turn"]["turn_timeout"], 7.0);
    assert_eq!(config["tts"]["similarity_boost"], 0.75);
    let sent = world.fake.requests()[0].json();
    let privacy = json!({
        "record_voice": true, "retention_days": 730, "delete_transcript_and_pii": true, "delete_audio": true,
    });
    assert_eq!(sent["platform_settings"]["privacy"], privacy);
    let gone = world.client.agent(&world.key, "agent_no", soon()).await;
    assert!(matches!(gone, Err(ElevenLabsError::NotFound)), "{gone:?}");
}

#[tokio::test]
async fn agents_come_in_pages() {
    let world = World::new().await;
    for number in 0..103 {
        world.create_agent(&format!("Desk {number}")).await;
    }
    let first = world.client.agents(&world.key, None, soon()).await;
    let first = first.expect("a page");
    assert_eq!((first.agents.len(), first.has_more), (100, true));
    let cursor = first.next_cursor.as_deref();
    let second = world.client.agents(&world.key, cursor, soon()).await;
    let second = second.expect("a page");
    assert_eq!((second.agents.len(), second.has_more), (3, false));
    assert_eq!(second.agents[2].name, "Desk 102");
    assert_eq!(second.agents[2].voice_id.as_deref(), Some(TRAINED_VOICE));
}

#[tokio::test]
async fn documents_are_made_of_an_address_a_file_or_a_text() {
    let world = World::new().await;
    let file = upload("manual.pdf", b"%PDF");
    for (source, path) in [
        (
            KnowledgeSource::Url("https://example.com/".to_owned()),
            "url",
        ),
        (KnowledgeSource::File(file.clone()), "file"),
        (KnowledgeSource::Text("Colours.".to_owned()), "text"),
    ] {
        let document = world
            .client
            .create_knowledge(&world.key, "Manual", &source, soon());
        let document = document.await.expect("made");
        assert_eq!(
            (document.name.as_str(), document.kind.as_str()),
            ("Manual", path)
        );
        let requests = world.fake.requests();
        let sent = requests.last().expect("one");
        assert_eq!(sent.path, format!("/v1/convai/knowledge-base/{path}"));
    }
    let requests = world.fake.requests();
    let body = json!({"url": "https://example.com/", "name": "Manual"});
    assert_eq!(requests[0].json(), body);
    let parts = requests[1].parts().await;
    assert_eq!(
        (parts[0].name.as_str(), parts[0].text()),
        ("name", "Manual".to_owned())
    );
    assert_eq!(
        (parts[1].name.as_str(), &parts[1].bytes),
        ("file", &file.bytes)
    );
    assert_eq!(
        requests[2].json(),
        json!({"text": "Colours.", "name": "Manual"})
    );
}

#[tokio::test]
async fn a_document_is_given_to_an_agent_beside_those_it_has_and_once() {
    let world = World::new().await;
    let agent = world.create_agent("Desk").await;
    let mut documents = Vec::new();
    for name in ["one", "two"] {
        let source = KnowledgeSource::Text(name.to_owned());
        let document = world
            .client
            .create_knowledge(&world.key, name, &source, soon());
        let document = document.await.expect("made");
        for _ in 0..2 {
            let given = world
                .client
                .attach_knowledge(&world.key, &agent, &document, soon());
            given.await.expect("given");
        }
        documents.push(json!({"id": document.id, "name": name, "type": "text"}));
    }
    let agent = world.client.agent(&world.key, &agent, soon()).await;
    let agent = agent.expect("there");
    assert_eq!(agent.knowledge_base(), documents);
    let prompt = &agent.conversation_config["agent"]["prompt"]["prompt"];
    assert_eq!(prompt, "Answer in one sentence.");
    let requests = world.fake.requests();
    let patches = requests.iter().filter(|sent| sent.method == "PATCH");
    assert_eq!(patches.count(), 2);
}

#[tokio::test]
async fn documents_that_are_given_at_once_are_all_kept() {
    let world = World::new().await;
    let agent = &world.create_agent("Desk").await;
    let document = async |name: &str| {
        let source = KnowledgeSource::Text(name.to_owned());
        let document = world
            .client
            .create_knowledge(&world.key, name, &source, soon());
        document.await.expect("made")
    };
    let (one, two) = (document("one").await, document("two").await);
    for _ in 0..2 {
        world
            .fake
            .next(Operation::UpdateAgent, Behaviour::Stall { ms: 100 });
    }
    let attach = async |document: &KnowledgeDocument| {
        let given = world
            .client
            .attach_knowledge(&world.key, agent, document, soon());
        given.await.expect("given")
    };
    let given = tokio::join!(attach(&one), attach(&two));
    let counts = (
        given.0.knowledge_base().len(),
        given.1.knowledge_base().len(),
    );
    assert_eq!(counts, (1, 2));
}

#[tokio::test]
async fn a_document_that_another_took_from_the_agent_is_given_again() {
    let world = World::new().await;
    let agent = world.create_agent("Desk").await;
    let source = KnowledgeSource::Text("Colours.".to_owned());
    let document = world
        .client
        .create_knowledge(&world.key, "Manual", &source, soon());
    let document = document.await.expect("made");
    // The change takes effect at once, its answer takes its time.
    world
        .fake
        .next(Operation::UpdateAgent, Behaviour::Slow { ms: 50 });
    let is_given = async || {
        let agent = world.client.agent(&world.key, &agent, soon()).await;
        agent.expect("there").has_document(&document.id)
    };
    let others = async {
        while !is_given().await {}
        let prompt = json!({"knowledge_base": []});
        let changes = json!({"conversation_config": {"agent": {"prompt": prompt}}});
        let changed = world
            .client
            .update_agent(&world.key, &agent, &changes, soon());
        changed.await.expect("changed");
    };
    let attaching = world
        .client
        .attach_knowledge(&world.key, &agent, &document, soon());
    let (given, ()) = tokio::join!(attaching, others);
    assert!(given.expect("given").has_document(&document.id));
    assert!(is_given().await);
}

#[tokio::test]
async fn a_document_that_could_not_be_given_can_be_later_without_another_upload() {
    let world = World::new().await;
    let agent = world.create_agent("Desk").await;
    let source = KnowledgeSource::Text("Colours.".to_owned());
    let document = world
        .client
        .create_knowledge(&world.key, "Manual", &source, soon());
    let document: KnowledgeDocument = document.await.expect("made");
    world
        .fake
        .next(Operation::UpdateAgent, Behaviour::Status(500));
    let attach = async || {
        let given = world
            .client
            .attach_knowledge(&world.key, &agent, &document, soon());
        given.await
    };
    let error = attach().await.expect_err("a fault");
    assert!(
        matches!(error, ElevenLabsError::ServerFault { .. }),
        "{error:?}"
    );
    assert_eq!(attach().await.expect("given").knowledge_base().len(), 1);
    assert_eq!(world.fake.documents(), ["Manual"]);
}

#[tokio::test]
async fn fields_that_it_does_not_know_are_dropped_in_silence() {
    let world = World::new().await;
    let agent = world.create_agent("Desk").await;
    let prompt = json!({"mcp_server_ids": ["a"], "no_such": 1});
    let changes = json!({"conversation_config": {"agent": {"prompt": prompt}}});
    let agent = world
        .client
        .update_agent(&world.key, &agent, &changes, soon());
    let agent = agent.await.expect("changed");
    let prompt = &agent.conversation_config["agent"]["prompt"];
    assert_eq!(prompt["mcp_server_ids"], json!(["a"]));
    assert_eq!(prompt.get("no_such"), None);
}

#[tokio::test]
async fn a_number_tells_who_answers_it() {
    let world = World::new().await;
    let agent = world.create_agent("Desk").await;
    let id = world.fake.add_phone_number("+15005550006", Some(&agent));
    world.fake.add_phone_number("+15005550001", None);
    let numbers = world.client.phone_numbers(&world.key, soon()).await;
    let numbers = numbers.expect("answered");
    assert_eq!(
        (
            &numbers[0].phone_number_id,
            numbers[0].phone_number.as_str()
        ),
        (&id, "+15005550006")
    );
    let assigned = AssignedAgent {
        agent_id: agent,
        agent_name: Some("Desk".to_owned()),
    };
    assert_eq!(numbers[0].assigned_agent, Some(assigned));
    assert_eq!(numbers[1].assigned_agent, None);
}
