//! What ElevenLabs cannot change of a server takes another server.

use serde_json::json;

use super::{NAME, SECRET, Scene, TOKEN, server};

#[tokio::test(flavor = "multi_thread")]
async fn another_address_takes_another_server_and_every_agent_goes_over() {
    let mut scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1", "--agent", "agent_2"]);
    let (old, _) = scene.ours();
    scene.server = server(TOKEN);
    scene.writes();
    let told = scene.registered(&[]);
    scene.assert_registered(&["agent_1", "agent_2"]);
    assert_ne!(scene.ours().0, old);
    assert_eq!(told["agents"], json!(["agent_1", "agent_2"]));
    let writes = scene.writes();
    assert_eq!(writes[0], "POST /v1/convai/mcp-servers");
    assert_eq!(
        writes.last(),
        Some(&format!("DELETE /v1/convai/mcp-servers/{old}"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_that_cannot_be_changed_takes_another_server() {
    let scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1"]);
    for (field, drifted) in [
        ("transport", json!("SSE")),
        ("description", json!("another")),
        ("name", json!("another")),
        ("url", json!("https://elsewhere.example.com/mcp")),
    ] {
        let (old, _) = scene.ours();
        scene.workspace.edit_server(&old, field, drifted);
        let told = scene.registered(&["--agent", "agent_1"]);
        let replaced = json!({"step": "replace_server", "old": old, "fields": [field]});
        assert!(
            told["steps"].as_array().expect("steps").contains(&replaced),
            "{told}"
        );
        scene.assert_registered(&["agent_1"]);
        assert_ne!(scene.ours().0, old);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_takes_the_same_secret_under_another_name() {
    let scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1"]);
    scene.registered(&["--agent", "agent_1", "--name", "mesh-2"]);
    let secrets: Vec<_> = scene
        .workspace
        .secrets()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(secrets, ["mesh-2-bearer"]);
    assert_eq!(scene.ours().1["name"], "mesh-2");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_of_one_address_or_name_are_listed_and_not_touched() {
    let scene = Scene::start().await;
    for (field, value) in [("url", scene.url()), ("name", NAME.to_owned())] {
        let mut config = json!({"url": "https://a.example.com/mcp", "name": "a"});
        config[field] = json!(value);
        let ids = [(); 2].map(|()| scene.workspace.add_server(&config));
        let before = scene.workspace.servers();
        scene.writes();
        let ran = scene.register(&[]);
        assert_eq!(ran.code, 1, "{ran:?}");
        for id in &ids {
            assert!(ran.stderr.contains(&format!("`{id}`")), "{ran:?}");
        }
        assert_eq!(scene.writes(), [""; 0]);
        assert_eq!(scene.workspace.servers(), before);
        for id in ids {
            scene
                .workspace
                .edit_server(&id, "url", json!("https://gone.example.com/"));
            scene.workspace.edit_server(&id, "name", json!("gone"));
        }
    }
    scene.workspace.add_secret("aoma-mesh-mcp-bearer", "a");
    scene.workspace.add_secret("aoma-mesh-mcp-bearer", "b");
    let ran = scene.register(&[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr
            .contains("several secrets named `aoma-mesh-mcp-bearer`"),
        "{ran:?}"
    );
    assert_eq!(scene.writes(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_secrets_of_one_name_the_one_that_was_written_is_ours() {
    let scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1"]);
    let other = scene.workspace.add_secret(SECRET, "another");
    scene.writes();
    scene.registered(&["--agent", "agent_1"]);
    assert_eq!(scene.writes(), [""; 0]);
    scene.workspace.remove_secret(&other);
    scene.assert_registered(&["agent_1"]);
}
