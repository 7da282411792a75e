//! Tools that spend are never called without a person, unless that is said.

use mesh_fakes::elevenlabs::FakeElevenLabs;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Scene, TOKEN};
use crate::support::server::Server;

/// With tools that spend beside those that read.
async fn scene() -> (Scene, FakeElevenLabs) {
    let mut scene = Scene::start().await;
    let voices = FakeElevenLabs::start().await;
    voices.accept_key("sk_fake_0123456789_0123456789");
    let digest: String = Sha256::digest(TOKEN.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let settings = [
        ("MESH_BEARER_SHA256", digest.as_str()),
        ("MESH_SECRETS", "env"),
        ("ELEVENLABS_API_KEY", "sk_fake_0123456789_0123456789"),
        ("MESH_ELEVENLABS_URL", &voices.base()),
        ("HOME", scene.folder.path().to_str().expect("UTF-8")),
    ];
    scene.server = Server::start(&[], &settings);
    (scene, voices)
}

fn approved(scene: &Scene) -> Vec<String> {
    policies(scene, "auto_approved")
}

fn policies(scene: &Scene, policy: &str) -> Vec<String> {
    let (_, config) = scene.ours();
    let hashes = config["tool_approval_hashes"]
        .as_array()
        .expect("a list")
        .clone();
    let of_policy = hashes
        .into_iter()
        .filter(|hash| hash["approval_policy"] == policy);
    of_policy
        .map(|hash| hash["tool_name"].as_str().expect("a name").to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_asked_for_each_but_those_that_are_named() {
    let (scene, _voices) = scene().await;
    scene.registered(&[]);
    let asked = policies(&scene, "requires_approval");
    assert!(asked.contains(&"text_to_speech".to_owned()), "{asked:?}");
    assert!(approved(&scene).contains(&"list_models".to_owned()));
    scene.registered(&["--approve", "text_to_speech"]);
    assert_eq!(approved(&scene), ["text_to_speech"]);
    scene.writes();
    let again = scene.registered(&["--approve", "text_to_speech"]);
    assert_eq!(
        (again["changed"].clone(), scene.writes().len()),
        (Value::Bool(false), 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_them_are_approved_only_where_that_is_said_twice() {
    let (scene, _voices) = scene().await;
    let ran = scene.register(&["--approve", "all"]);
    assert_eq!(ran.code, 64, "{ran:?}");
    assert!(
        ran.stderr.contains("`text_to_speech`") && ran.stderr.contains("`--yes`"),
        "{ran:?}"
    );
    assert!(scene.workspace.asked().is_empty());
    scene.registered(&["--approve", "all", "--yes"]);
    assert_eq!(scene.ours().1["approval_policy"], "auto_approve_all");
    scene.registered(&["--approve", "none"]);
    assert_eq!(scene.ours().1["approval_policy"], "require_approval_all");
}
