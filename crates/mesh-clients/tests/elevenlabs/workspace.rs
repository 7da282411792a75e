//! The workspace's settings, secrets, servers and webhooks. Registering from end to end is in mesh-cli's tests.

use mesh_clients::elevenlabs::workspace::{StoredSecret, ToolApproval, ToolPolicy};
use mesh_clients::elevenlabs::{ElevenLabs, ElevenLabsError};
use mesh_core::Secret;
use mesh_fakes::elevenlabs::workspace::{FakeWorkspace, KEY};
use mesh_http::{HttpClient, Roots};
use serde_json::{Value, json};

use super::soon;

async fn workspace() -> (FakeWorkspace, ElevenLabs, Secret) {
    let fake = FakeWorkspace::start().await;
    let http = HttpClient::new(Roots::compiled_in());
    let client = ElevenLabs::new(http, &fake.base()).expect("an address of this machine");
    (fake, client, Secret::new(KEY))
}

#[tokio::test]
async fn secrets_are_listed_to_the_last_page() {
    let (fake, client, key) = workspace().await;
    for at in 0..250 {
        fake.add_secret(&format!("mesh-{at:03}"), "x");
    }
    fake.add_secret("other", "x");
    let secrets = client.secrets(&key, "mesh-", soon()).await.expect("listed");
    assert_eq!(secrets.len(), 250);
    assert_eq!(secrets[249].name, "mesh-249");
    assert_eq!(fake.asked().len(), 3);
}

#[tokio::test]
async fn a_secret_is_made_written_over_and_not_deleted_while_it_is_used() {
    let (fake, client, key) = workspace().await;
    let value = Secret::new("Bearer a");
    let made = client.create_secret(&key, "mesh", &value, soon()).await;
    let secret = StoredSecret {
        secret_id: made.expect("made"),
        name: "renamed".to_owned(),
    };
    let value = Secret::new("Bearer b");
    let set = client.set_secret(&key, &secret, &value, soon()).await;
    set.expect("written over");
    assert_eq!(
        fake.secrets(),
        [("renamed".to_owned(), "Bearer b".to_owned())]
    );
    let id = &secret.secret_id;
    let server = fake.add_server(&json!({
        "url": "https://door.example.com/mcp", "name": "mesh", "request_headers": {"Authorization": {"secret_id": id}},
    }));
    let refused = client.delete_secret(&key, id, soon()).await;
    assert!(
        matches!(refused, Err(ElevenLabsError::BadRequest(_))),
        "{refused:?}"
    );
    client
        .delete_mcp_server(&key, &server, soon())
        .await
        .expect("deleted");
    client
        .delete_secret(&key, id, soon())
        .await
        .expect("deleted");
    let gone = client.delete_secret(&key, id, soon()).await;
    assert!(matches!(gone, Err(ElevenLabsError::NotFound)), "{gone:?}");
}

#[tokio::test]
async fn a_server_keeps_fields_that_are_not_known_here_and_refuses_another_address() {
    let (_fake, client, key) = workspace().await;
    let config = json!({"url": "https://door.example.com/mcp", "name": "mesh"});
    let config = config.as_object().expect("an object");
    let made = client
        .create_mcp_server(&key, config, soon())
        .await
        .expect("made");
    assert_eq!(made.text("transport"), Some("SSE"));
    assert_eq!(made.config["tool_config_overrides"], json!([]));
    let another = json!({"url": "https://elsewhere.example.com/mcp"});
    let another = another.as_object().expect("an object");
    let refused = client
        .change_mcp_server(&key, &made.id, another, soon())
        .await;
    let Err(ElevenLabsError::BadRequest(why)) = refused else {
        panic!("it is refused: {refused:?}");
    };
    assert_eq!(
        why,
        "status 422, code none, field `body.url` (`extra_forbidden`)"
    );
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_no_error_and_an_approval_is_of_what_was_sent() {
    let (fake, client, key) = workspace().await;
    let server = fake.add_server(
        &json!({"url": "https://127.0.0.1:9/mcp", "name": "mesh", "transport": "STREAMABLE_HTTP"}),
    );
    let listed = client
        .mcp_tools(&key, &server, soon())
        .await
        .expect("an answer");
    assert!(
        listed.tools.is_err() && listed.statuses.is_empty(),
        "{listed:?}"
    );
    let approval = ToolApproval {
        tool_name: "search".to_owned(),
        tool_description: "Finds.".to_owned(),
        input_schema: json!({"type": "object"}),
        approval_policy: ToolPolicy::AutoApproved,
    };
    let approved = client
        .approve_mcp_tool(&key, &server, &approval, soon())
        .await;
    approved.expect("approved");
    let (_, config) = fake.servers().remove(0);
    assert_eq!(
        config["tool_approval_hashes"][0]["approval_policy"],
        "auto_approved"
    );
    client
        .withdraw_mcp_tool(&key, &server, "search", soon())
        .await
        .expect("withdrawn");
    assert_eq!(
        fake.servers().remove(0).1["tool_approval_hashes"],
        json!([])
    );
}

#[tokio::test]
async fn of_an_agent_only_the_servers_change() {
    let (fake, client, key) = workspace().await;
    let server = fake.add_server(&json!({"url": "https://door.example.com/mcp", "name": "mesh"}));
    fake.add_agent("agent_1", &[]);
    let before = fake.agent("agent_1");
    let servers = [server.clone()];
    let agent = client
        .set_agent_servers(&key, "agent_1", &servers, soon())
        .await;
    let agent = agent.expect("changed");
    assert_eq!(
        (agent.mcp_server_ids, agent.native_mcp_server_ids),
        (vec![server], vec!["native_1".to_owned()])
    );
    let mut after = fake.agent("agent_1");
    after["conversation_config"]["agent"]["prompt"]["mcp_server_ids"] = json!([]);
    assert_eq!(after, before);
    let gone = client.agent_servers(&key, "agent_9", soon()).await;
    assert!(matches!(gone, Err(ElevenLabsError::NotFound)), "{gone:?}");
}

#[tokio::test]
async fn a_webhooks_secret_is_in_no_debug_output() {
    let (fake, client, key) = workspace().await;
    let url = "https://door.example.com/webhooks/elevenlabs";
    let made = client
        .create_webhook(&key, "mesh", url, soon())
        .await
        .expect("made");
    let shown = fake.webhooks()[0]["webhook_secret"].clone();
    assert_eq!(made.secret.as_ref().map(Secret::reveal), shown.as_str());
    assert!(!format!("{made:?}").contains("wsec_"), "{made:?}");
    let rows = client.webhooks(&key, soon()).await.expect("listed");
    assert_eq!(
        (rows[0].webhook_url.as_str(), rows[0].retry_enabled),
        (url, None)
    );
    client
        .enable_webhook(&key, &rows[0], soon())
        .await
        .expect("enabled");
    assert_eq!(fake.webhooks()[0]["retry_enabled"], Value::Bool(true));
}
