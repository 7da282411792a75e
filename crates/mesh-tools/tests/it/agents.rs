//! The tools of agents before an ElevenLabs that keeps what it is told.

use mesh_fakes::elevenlabs::{Behaviour, FakeElevenLabs, Operation};
use mesh_tools::{Family, ToolError};
use serde_json::{Value, json};

use crate::support::Server;
use crate::vendors::beside_elevenlabs;

async fn beside(fake: &FakeElevenLabs) -> Server {
    beside_elevenlabs(fake, Family::Agents).await
}

async fn agent(server: &Server) -> String {
    let arguments =
        json!({"name": "Anna", "system_prompt": "Be brief.", "first_message": "Hello."});
    let created = server.call("create_agent", arguments).await;
    created["agentId"].as_str().expect("an id").to_owned()
}

fn uploads(fake: &FakeElevenLabs) -> usize {
    let asked = fake.requests();
    let uploads = asked.iter().filter(|request| {
        request.method == "POST" && request.path.starts_with("/v1/convai/knowledge-base/")
    });
    uploads.count()
}

fn handbook(agent: &str) -> Value {
    json!({"agent_id": agent, "knowledge_base_name": "Handbook", "text": "We close at five."})
}

#[tokio::test]
async fn none_is_listed_unless_the_family_is_on() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let names: Vec<_> = server
        .view
        .tools
        .iter()
        .map(|tool| tool.name.as_str())
        .collect();
    assert!(names.contains(&"list_agents"), "{names:?}");
    assert!(!names.contains(&"text_to_speech"), "{names:?}");
}

#[tokio::test]
async fn an_agent_is_made_once_and_is_as_it_was_asked_for() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let id = agent(&server).await;
    assert_eq!(agent(&server).await, id, "the same again makes no other");
    let found = server.call("get_agent", json!({"agent_id": id})).await;
    assert_eq!(found["name"], "Anna");
    assert_eq!(found["firstMessage"], "Hello.");
    assert_eq!(found["systemPrompt"], "Be brief.");
    assert_eq!(found["llm"], "gemini-2.0-flash-001");
    assert_eq!(found["voiceId"], "cgSgspJ2msm6clMCkdW9");
    let listed = server.call("list_agents", json!({})).await;
    assert_eq!(listed["agents"][0]["id"], id.as_str());
    assert_eq!(listed["agents"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["hasMore"], false);
}

#[tokio::test]
async fn a_document_that_could_not_be_given_is_given_by_the_same_call() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let agent = agent(&server).await;
    fake.next(Operation::UpdateAgent, Behaviour::Status(500));
    let refused = server
        .refusal("add_knowledge_base_to_agent", handbook(&agent))
        .await;
    let told = refused.to_string();
    assert!(matches!(refused, ToolError::Unavailable(_)), "{refused:?}");
    assert!(
        told.contains("call again with the same arguments"),
        "{told}"
    );
    assert!(!told.contains("charged"), "{told}");
    let given = server
        .call("add_knowledge_base_to_agent", handbook(&agent))
        .await;
    let document = given["documentId"].as_str().expect("an id");
    assert!(told.contains(document), "{told}");
    assert_eq!(given["documents"], 1);
    assert_eq!(uploads(&fake), 1);
    let found = server.call("get_agent", json!({"agent_id": agent})).await;
    assert_eq!(
        found["knowledgeBase"],
        json!([{"id": document, "name": "Handbook"}])
    );
}

#[tokio::test]
async fn an_upload_that_failed_is_not_remembered_and_fresh_makes_another() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let agent = agent(&server).await;
    fake.next(Operation::CreateKnowledge, Behaviour::Status(400));
    server
        .refusal("add_knowledge_base_to_agent", handbook(&agent))
        .await;
    let first = server
        .call("add_knowledge_base_to_agent", handbook(&agent))
        .await;
    let mut fresh = handbook(&agent);
    fresh["fresh"] = true.into();
    let second = server.call("add_knowledge_base_to_agent", fresh).await;
    assert_ne!(first["documentId"], second["documentId"]);
    assert_eq!(second["documents"], 2);
    assert_eq!(uploads(&fake), 3);
}

#[tokio::test]
async fn what_may_have_been_left_behind_is_not_made_again_unless_that_is_asked_for() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let agent = agent(&server).await;
    fake.next(Operation::CreateKnowledge, Behaviour::Lost);
    let mut asked = handbook(&agent);
    for _ in 0..2 {
        let refused = server
            .refusal("add_knowledge_base_to_agent", asked.clone())
            .await;
        assert!(matches!(refused, ToolError::Unavailable(_)), "{refused:?}");
    }
    assert_eq!(uploads(&fake), 1);
    asked["fresh"] = true.into();
    let given = server.call("add_knowledge_base_to_agent", asked).await;
    assert_eq!((&given["documents"], uploads(&fake)), (&json!(1), 2));
}

#[tokio::test]
async fn nothing_is_left_behind_for_an_agent_that_there_is_not_or_two_sources() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let refused = server
        .refusal("add_knowledge_base_to_agent", handbook("nobody"))
        .await;
    assert!(
        matches!(refused, ToolError::InvalidArguments(_)),
        "{refused:?}"
    );
    let agent = agent(&server).await;
    let mut both = handbook(&agent);
    both["url"] = "https://example.com/".into();
    let neither = json!({"agent_id": agent, "knowledge_base_name": "Handbook"});
    for arguments in [both, neither] {
        let refused = server
            .refusal("add_knowledge_base_to_agent", arguments)
            .await;
        assert_eq!(
            refused.to_string(),
            "give exactly one of `url`, `input_file_path` and `text`"
        );
    }
    assert_eq!(uploads(&fake), 0);
}

#[tokio::test]
async fn an_agent_is_tried_out_once_and_judged() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let arguments = json!({
        "agent_id": agent(&server).await, "simulated_user_prompt": "You are in a hurry.", "max_turns": 4,
        "extra_evaluation_criteria": [{"id": "short", "name": "Short", "conversation_goal_prompt": "It was brief."}],
    });
    let try_out = async || {
        let permit = server.view.permit("simulate_conversation").expect("listed");
        let permit = permit.confirmed_by(Box::new(|unconfirmed| {
            let told = unconfirmed.consent.0;
            assert!(told.starts_with("Tries an agent out. How many"), "{told}");
            Box::pin(async { Ok(()) })
        }));
        let tried = permit.call(arguments.clone(), server.context()).await;
        tried
            .expect("tried out")
            .structured
            .expect("structured content")
    };
    let tried = try_out().await;
    assert_eq!(tried["turns"].as_array().map(Vec::len), Some(4));
    assert_eq!(tried["turns"][0]["message"], "Hello.");
    assert_eq!(
        tried["analysis"]["criteria"],
        json!([{"id": "short", "result": "success", "rationale": "It was."}])
    );
    assert_eq!(tried["replayed"], false);
    let again = try_out().await;
    assert_eq!(again["replayed"], true);
    assert_eq!(again["turns"], tried["turns"]);
}

#[tokio::test]
async fn conversations_are_listed_as_far_as_they_fit_and_read() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let agent = agent(&server).await;
    let turns = [("agent", "Hello."), ("user", "When do you open?")];
    let ids = [(); 6].map(|()| fake.add_conversation(&agent, &turns));
    let listed = server
        .call(
            "list_conversations",
            json!({"agent_id": agent, "page_size": 2}),
        )
        .await;
    let cursor = listed["nextCursor"].as_str().expect("a next page");
    let shown = |listed: &Value| -> Vec<String> {
        let listed = listed["conversations"].as_array().expect("a list");
        let ids = listed.iter().map(|one| one["id"].as_str().expect("an id"));
        ids.map(str::to_owned).collect()
    };
    assert_eq!(shown(&listed), [ids[5].as_str(), &ids[4]]);
    let next = json!({"agent_id": agent, "page_size": 2, "cursor": cursor});
    let next = server.call("list_conversations", next).await;
    assert_eq!(shown(&next), [ids[3].as_str(), &ids[2]]);
    let short = json!({"agent_id": agent, "max_length": 1000, "page_size": 5});
    let short = server.call("list_conversations", short).await;
    let fitting = shown(&short).len();
    assert!((1..5).contains(&fitting), "{short}");
    assert_eq!(short["leftOut"], 5 - fitting);
    assert_eq!(short.get("nextCursor"), None);
    let read = server
        .call("get_conversation", json!({"conversation_id": ids[0]}))
        .await;
    assert_eq!(read["turns"][1]["message"], "When do you open?");
    assert_eq!(read["turns"][1]["role"], "user");
    assert_eq!(read["durationSeconds"], 10);
    assert_eq!(read["analysis"]["summary"], "They talked.");
}

#[tokio::test]
async fn a_number_says_who_answers_it() {
    let fake = FakeElevenLabs::start().await;
    let server = beside(&fake).await;
    let agent = agent(&server).await;
    let id = fake.add_phone_number("+15550100", Some(&agent));
    let listed = server.call("list_phone_numbers", json!({})).await;
    let number = &listed["phoneNumbers"][0];
    assert_eq!(number["id"], id.as_str());
    assert_eq!(number["phoneNumber"], "+15550100");
    assert_eq!(number["agentId"], agent.as_str());
}
