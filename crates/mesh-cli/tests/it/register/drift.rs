//! What somebody has changed by hand is put back, and nothing else is touched.

use serde_json::{Value, json};

use super::{SECRET, Scene};
use crate::support::server::Server;
use crate::support::{mesh, ran, text};

#[tokio::test(flavor = "multi_thread")]
async fn each_field_that_drifted_is_mended_by_one_write() {
    let scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1"]);
    let (id, as_wished) = scene.ours();
    for (field, drifted) in [
        ("request_headers", json!({})),
        (
            "request_headers",
            json!({"Authorization": "Bearer of another"}),
        ),
        ("request_meta", json!({"a": 1})),
        ("pre_tool_speech", json!("force")),
        ("interruption_mode", json!("disable_during_tool")),
        ("tool_call_sound", json!("typing")),
        ("tool_call_sound_behavior", json!("always")),
        ("execution_mode", json!("async")),
        ("response_timeout_secs", json!(5)),
        ("disable_compression", json!(true)),
        ("auth_connection", json!({"auth_connection_id": "x"})),
    ] {
        scene.workspace.edit_server(&id, field, drifted.clone());
        scene.writes();
        let told = scene.registered(&["--agent", "agent_1"]);
        let change = json!({"step": "change_server", "fields": [field]});
        assert!(
            told["steps"].as_array().expect("steps").contains(&change),
            "{told}"
        );
        assert_eq!(scene.ours(), (id.clone(), as_wished.clone()), "{field}");
        // Where ElevenLabs is not let in, what it has on record is not known, nor whether its secret is ours.
        if field != "request_headers" {
            assert_eq!(
                scene.writes(),
                [format!("PATCH /v1/convai/mcp-servers/{id}")]
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_approval_policy_is_put_back_with_every_approval() {
    let scene = Scene::start().await;
    scene.registered(&[]);
    let (id, as_wished) = scene.ours();
    scene
        .workspace
        .edit_server(&id, "approval_policy", json!("require_approval_all"));
    scene
        .workspace
        .edit_server(&id, "tool_approval_hashes", json!([]));
    scene.registered(&[]);
    let (_, mended) = scene.ours();
    assert_eq!(mended["approval_policy"], as_wished["approval_policy"]);
    let count = |config: &serde_json::Map<String, Value>| {
        config["tool_approval_hashes"].as_array().map(Vec::len)
    };
    assert_eq!(count(&mended), count(&as_wished));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_is_out_of_date_is_given_again_and_one_of_a_tool_that_is_gone_is_withdrawn()
 {
    let scene = Scene::start().await;
    scene.registered(&[]);
    let (id, as_wished) = scene.ours();
    let mut hashes = as_wished["tool_approval_hashes"].clone();
    let stale = hashes[0]["tool_name"].as_str().expect("a name").to_owned();
    hashes[0]["tool_hash"] = json!("0");
    let gone = json!({"tool_name": "gone", "tool_hash": "0", "approval_policy": "auto_approved"});
    hashes.as_array_mut().expect("a list").push(gone);
    scene
        .workspace
        .edit_server(&id, "tool_approval_hashes", hashes);
    scene.writes();
    let told = scene.registered(&[]);
    let approve = json!({"step": "approve", "tool": stale, "policy": "auto_approved"});
    assert_eq!(
        told["steps"],
        json!([approve, {"step": "withdraw", "tool": "gone"}])
    );
    assert_eq!(
        scene.writes(),
        [
            format!("POST /v1/convai/mcp-servers/{id}/tool-approvals"),
            format!("DELETE /v1/convai/mcp-servers/{id}/tool-approvals/gone"),
        ]
    );
    let dry = scene.register(&["--dry-run"]);
    assert_eq!(dry.code, 0, "{dry:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_was_changed_or_deleted_by_hand_is_written_again() {
    let scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1"]);
    let (id, config) = scene.ours();
    let secret = config["request_headers"]["Authorization"]["secret_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    scene.workspace.edit_secret(&secret, "Bearer of-another");
    scene.writes();
    scene.registered(&["--agent", "agent_1"]);
    scene.assert_registered(&["agent_1"]);
    let write = format!("PATCH /v1/convai/secrets/{secret}");
    assert_eq!(scene.writes().first(), Some(&write));
    scene.workspace.remove_secret(&secret);
    scene.registered(&["--agent", "agent_1"]);
    scene.assert_registered(&["agent_1"]);
    assert_eq!(scene.ours().0, id, "the server stays");
    scene
        .workspace
        .add_secret("aoma-mesh-mcp-bearer-of-another", "x");
    let dry = scene.register(&["--agent", "agent_1", "--dry-run"]);
    assert_eq!(dry.code, 0, "one whose name begins so is another: {dry:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_token_changes_the_secret_alone() {
    let mut scene = Scene::start().await;
    let file = scene.folder.path().join("secrets.env");
    std::fs::write(&file, "").expect("written");
    let settings = [
        ("MESH_SECRETS", "env"),
        ("MESH_SECRETS_FILE", text(&file)),
        ("MESH_KEYS", "on"),
    ];
    let keys = [(); 2].map(|()| {
        let mut create = mesh(&["keys", "create", "elevenlabs"]);
        let created = ran(create.envs(settings).output().expect("starts"));
        created.stdout.trim().to_owned()
    });
    scene.server = Server::start(&[], &settings);
    let register = |key: &str| {
        let mut command = scene.command(&["--url", &scene.url(), "--agent", "agent_1"]);
        let ran = ran(command.env("MESH_BEARER", key).output().expect("starts"));
        assert_eq!(ran.code, 0, "{ran:?}");
        let header = format!("Bearer {key}");
        assert_eq!(scene.workspace.secrets(), [(SECRET.to_owned(), header)]);
        (scene.ours(), scene.writes())
    };
    let (before, _) = register(&keys[0]);
    let (after, writes) = register(&keys[1]);
    assert_eq!(after, before);
    assert!(
        writes[0].starts_with("PATCH /v1/convai/secrets/"),
        "{writes:?}"
    );
    assert_eq!(writes.len(), 1, "{writes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_what_was_kept_it_is_known_by_its_address() {
    let scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1"]);
    let before = scene.ours();
    std::fs::remove_file(scene.state()).expect("it is there");
    scene.registered(&["--agent", "agent_1"]);
    scene.assert_registered(&["agent_1"]);
    assert_eq!(scene.ours(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_lost_the_server_has_it_again() {
    let scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1"]);
    scene.workspace.add_agent("agent_1", &[]);
    scene.writes();
    scene.registered(&["--agent", "agent_1"]);
    scene.assert_registered(&["agent_1"]);
    assert_eq!(scene.writes(), ["PATCH /v1/convai/agents/agent_1"]);
}
