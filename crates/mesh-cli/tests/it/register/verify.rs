//! `mesh verify --elevenlabs`.

use mesh_fakes::elevenlabs::workspace::KEY;
use serde_json::{Value, json};

use super::{Scene, TOKEN};
use crate::support::{mesh, ran, text};

/// The command that would mend the registration.
fn again(scene: &Scene, more: &str) -> String {
    let (url, state) = (scene.url(), scene.state());
    let state = text(&state);
    format!(
        "mesh register elevenlabs --url={url} --name=aoma-mesh-mcp --approve=read {more}--state={state}"
    )
}

/// Runs a command that was told, as somebody would who copies it.
fn follow(scene: &Scene, words: &str) {
    let command = words.split('`').nth(1).expect("a command");
    let arguments: Vec<_> = command.split(' ').skip(3).collect();
    let mut command = mesh(&[&["register", "elevenlabs"], arguments.as_slice()].concat());
    command.envs(
        scene
            .command(&[])
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let ran = ran(command.output().expect("starts"));
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// The verdict and the words of its line.
fn line(scene: &Scene) -> (String, String) {
    let state = scene.state();
    let flag = format!("--elevenlabs={}", text(&state));
    let mut command = mesh(&["verify", &scene.server.url, "--no-aws", "--json", &flag]);
    command.envs([
        ("MESH_SECRETS", "env"),
        ("ELEVENLABS_API_KEY", KEY),
        ("MESH_ELEVENLABS_URL", &scene.workspace.base()),
        ("MESH_BEARER", TOKEN),
        ("MESH_TIMEOUT", "20"),
    ]);
    let ran = ran(command.output().expect("starts"));
    assert!(!format!("{ran:?}").contains(TOKEN), "{ran:?}");
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let checks = report["checks"].as_array().expect("a list");
    let line = checks.iter().find(|check| check["name"] == "ElevenLabs");
    let word = |field: &str| {
        line.expect("its line")[field]
            .as_str()
            .expect("text")
            .to_owned()
    };
    (word("verdict"), word("detail"))
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_whether_elevenlabs_has_what_was_registered() {
    let scene = Scene::start().await;
    let (verdict, words) = line(&scene);
    assert_eq!(verdict, "fail");
    assert!(words.contains("nothing is registered"), "{words}");
    scene.registered(&["--agent", "agent_1"]);
    scene.writes();
    let (verdict, words) = line(&scene);
    assert_eq!(verdict, "ok", "{words}");
    assert!(
        words.starts_with(&format!(
            "as registered: `aoma-mesh-mcp` at {}",
            scene.url()
        )),
        "{words}"
    );
    let (id, _) = scene.ours();
    scene
        .workspace
        .edit_server(&id, "approval_policy", json!("require_approval_all"));
    let (verdict, words) = line(&scene);
    assert_eq!(verdict, "fail");
    let again = again(&scene, "--agent=agent_1 ");
    assert!(
        words.starts_with(&format!(
            "differs; `{again}` would change the server: approval_policy"
        )),
        "{words}"
    );
    assert_eq!(scene.writes(), [""; 0]);
    follow(&scene, &words);
    assert_eq!(line(&scene).0, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_that_elevenlabs_is_not_let_in_and_nothing_that_follows_from_it() {
    let scene = Scene::start().await;
    scene.registered(&[]);
    let (_, config) = scene.ours();
    let secret = config["request_headers"]["Authorization"]["secret_id"].clone();
    let secret = secret.as_str().expect("an id");
    scene.workspace.edit_secret(secret, "Bearer of-another");
    let (verdict, words) = line(&scene);
    assert_eq!(verdict, "fail");
    assert!(
        words.starts_with("ElevenLabs cannot list the tools: ") && !words.contains("withdraw"),
        "{words}"
    );
    follow(&scene, &words);
    assert_eq!(line(&scene).0, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_that_an_agent_has_lost_the_server_and_nothing_of_one_that_is_gone() {
    let scene = Scene::start().await;
    scene.registered(&["--agent", "agent_1"]);
    scene.workspace.add_agent("agent_1", &[]);
    let (verdict, words) = line(&scene);
    assert_eq!(verdict, "fail");
    assert!(
        words.ends_with("` would give the server to the agent `agent_1`"),
        "{words}"
    );
    scene.registered(&["--agent", "agent_1"]);
    assert_eq!(line(&scene).0, "ok");
    scene.workspace.remove_agent("agent_1");
    let (verdict, words) = line(&scene);
    assert_eq!(verdict, "ok", "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_became_of_the_webhook() {
    let scene = Scene::start().await;
    scene.registered(&["--post-call-webhook"]);
    assert_eq!(line(&scene).0, "ok");
    let webhook = scene.assert_webhook();
    let is_off = |is_off: bool| {
        let workspace = &scene.workspace;
        workspace.edit_webhook(&webhook, "is_auto_disabled", json!(is_off));
    };
    is_off(true);
    let (verdict, words) = line(&scene);
    assert_eq!(verdict, "fail", "{words}");
    let again = again(&scene, "");
    assert_eq!(
        words,
        format!(
            "differs; `{again} --post-call-webhook` would switch the webhook on, and have failures tried again"
        )
    );
    is_off(false);
    let other = scene
        .workspace
        .add_webhook("crm", "https://crm.example.com/hook");
    let mut settings = scene.workspace.settings()["webhooks"].clone();
    settings["post_call_webhook_id"] = json!(other);
    scene.workspace.edit_settings("webhooks", settings);
    let (verdict, words) = line(&scene);
    assert_eq!(verdict, "fail", "{words}");
    assert!(words.contains("sent to another webhook"), "{words}");
}
