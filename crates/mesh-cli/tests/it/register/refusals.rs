//! What stands in the way is told before anything is written, and so is what to do about it.

use serde_json::json;

use super::{Scene, TOKEN, quiet};
use crate::support::fake;
use crate::support::server::Server;

/// A run that fails with this code and these words, and writes nothing.
fn refused(scene: &Scene, arguments: &[&str], code: i32, words: &[&str]) {
    let ran = scene.register(arguments);
    assert_eq!(ran.code, code, "{ran:?}");
    for words in words {
        assert!(ran.stderr.contains(words), "{words}: {ran:?}");
    }
    assert_eq!(scene.writes(), [""; 0]);
    assert!(!scene.state().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lets_in_anybody_is_not_registered() {
    let mut scene = Scene::start().await;
    scene.server = Server::start(&[], &[]);
    refused(&scene, &[], 1, &["lets in whoever shows no token"]);
    assert!(scene.workspace.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_or_does_not_take_the_token_is_not_registered() {
    let scene = Scene::start().await;
    let url = scene.url();
    let mut command = scene.command(&["--url", &url]);
    command.env("MESH_BEARER", "wrong-token-0123456789-0123456789");
    let ran = quiet(command);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("does not accept the token"), "{ran:?}");
    let nobody = format!("{}/mcp", fake::nobody());
    let ran = scene.run(&["--url", &nobody]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("cannot reach"), "{ran:?}");
    assert!(scene.workspace.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_403_is_no_sign_of_health() {
    let scene = Scene::start().await;
    let forbidden = axum::Router::new().fallback(|| async { axum::http::StatusCode::FORBIDDEN });
    let url = format!("{}/mcp", fake::serve(forbidden));
    let ran = scene.run(&["--url", &url]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("answers 403"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_a_missing_permission_and_a_wrong_residency_are_told_apart() {
    let scene = Scene::start().await;
    let url = scene.url();
    let mut command = scene.command(&["--url", &url]);
    command.env("ELEVENLABS_API_KEY", "sk_another_0123456789_0123456789");
    let ran = quiet(command);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("the key is refused"), "{ran:?}");
    scene.workspace.deny("convai_read");
    refused(&scene, &[], 1, &["permission `convai_read`"]);
    scene.workspace.deny("");
    scene.workspace.be_elsewhere();
    refused(&scene, &[], 1, &["residency"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_only_read_is_told_so_at_the_first_write() {
    let scene = Scene::start().await;
    scene.workspace.deny("convai_write");
    let ran = scene.register(&[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("permission `convai_write`"), "{ran:?}");
    assert_eq!(scene.writes(), ["POST /v1/convai/secrets"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_may_not_use_servers_is_left_to_a_person() {
    let scene = Scene::start().await;
    scene.workspace.allow_mcp_servers(false);
    refused(&scene, &[], 1, &["a person has to accept the terms"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_is_not_there_or_full_is_told_before_anything_is_written() {
    let scene = Scene::start().await;
    refused(&scene, &["--agent", "agent_9"], 1, &["no agent `agent_9`"]);
    let ids: Vec<_> = (0..10)
        .map(|at| {
            let url = format!("https://{at}.example.com/mcp");
            scene
                .workspace
                .add_server(&json!({"url": url, "name": format!("server {at}")}))
        })
        .collect();
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    scene.workspace.add_agent("agent_1", &ids);
    refused(
        &scene,
        &["--agent", "agent_1"],
        1,
        &["`agent_1` has 10 MCP servers"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_was_deleted_since_is_left_out() {
    let mut scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1", "--agent", "agent_2"]);
    scene.workspace.remove_agent("agent_1");
    scene.writes();
    let ran = scene.register(&["--agent", "agent_1"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("no agent `agent_1`"), "{ran:?}");
    assert_eq!(scene.writes(), [""; 0]);
    scene.server = super::server(TOKEN);
    scene.registered(&["--agent", "agent_2"]);
    scene.assert_registered(&["agent_2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_ends_the_run_and_the_next_one_goes_on() {
    for (method, path) in [
        ("POST", "/secrets"),
        ("POST", "/mcp-servers"),
        ("POST", "/tool-approvals"),
        ("PATCH", "/agents/agent_1"),
    ] {
        let scene = Scene::start().await;
        scene
            .workspace
            .refuse_next(method, path, 409, json!("Somebody else is changing it."));
        let ran = scene.register(&["--agent", "agent_1"]);
        assert_eq!(ran.code, 1, "{path}: {ran:?}");
        assert!(
            ran.stderr.contains("status 409") && ran.stderr.contains("run this again"),
            "{ran:?}"
        );
        assert!(!ran.stderr.contains("Somebody else"), "{ran:?}");
        scene.registered(&["--agent", "agent_1"]);
        scene.assert_registered(&["agent_1"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_command_is_told_before_anybody_is_asked() {
    let scene = Scene::start().await;
    for (arguments, words) in [
        (
            &["--url", "http://door.example.com/mcp"][..],
            "is not encrypted",
        ),
        (
            &["--url", "https://a.lambda-url.us-east-2.on.aws/rpc"],
            "DoorUrl",
        ),
        (
            &["--url", "https://door.example.com/mcp", "--name", "a b"],
            "`--name`",
        ),
        (
            &["--url", "https://door.example.com/mcp", "--approve", "a,,b"],
            "names of tools",
        ),
        (&[], "--url"),
        (
            &["--remove", "--agent", "agent_1"],
            "`--remove` takes the server from every agent",
        ),
    ] {
        let ran = scene.run(arguments);
        assert_eq!(ran.code, 64, "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(words), "{arguments:?}: {ran:?}");
    }
    let url = scene.url();
    for (variable, words) in [
        ("MESH_BEARER", "MESH_BEARER"),
        ("ELEVENLABS_API_KEY", "ELEVENLABS_API_KEY"),
    ] {
        let mut command = scene.command(&["--url", &url]);
        command.env_remove(variable);
        let ran = quiet(command);
        assert_eq!(ran.code, 64, "{ran:?}");
        assert!(ran.stderr.contains(words), "{ran:?}");
    }
    assert!(scene.workspace.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_elevenlabs_words_is_never_shown() {
    let scene = Scene::start().await;
    let detail = json!({"status": "odd", "message": format!("you sent {TOKEN}\u{1b}[2J")});
    scene.workspace.refuse_next("POST", "/secrets", 422, detail);
    let ran = scene.register(&[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("status 422, code `odd`"), "{ran:?}");
}
