//! The ends of calls, sent to the server.

use mesh_fakes::elevenlabs::workspace::FakeWorkspace;
use serde_json::{Value, json};

use super::Scene;

const EVENTS: [&str; 2] = ["transcript", "call_initiation_failure"];

impl Scene {
    /// The one webhook, which is used; its secret is the one that was kept.
    pub(super) fn assert_webhook(&self) -> String {
        let webhooks = self.workspace.webhooks();
        let [webhook] = webhooks.as_slice() else {
            panic!("one webhook: {webhooks:?}");
        };
        assert_eq!(
            webhook["webhook_url"],
            format!("{}/webhooks/elevenlabs", self.server.url)
        );
        assert_eq!(
            (&webhook["is_disabled"], &webhook["retry_enabled"]),
            (&json!(false), &json!(true))
        );
        let settings = &self.workspace.settings()["webhooks"];
        assert_eq!(settings["post_call_webhook_id"], webhook["webhook_id"]);
        assert_eq!(settings["events"], json!(EVENTS));
        assert_eq!(settings["transcript_format"], "json", "the rest stays");
        let kept = std::fs::read_to_string(self.state()).expect("it is written down");
        let kept: Value = serde_json::from_str(&kept).expect("JSON");
        assert_eq!(kept["webhook"]["secret"], webhook["webhook_secret"]);
        webhook["webhook_id"].as_str().expect("an id").to_owned()
    }

    fn webhook_run(&self) -> Vec<String> {
        self.writes();
        self.registered(&["--post-call-webhook"]);
        self.assert_webhook();
        self.writes()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_made_once_and_its_secret_goes_to_where_it_is_kept() {
    let scene = Scene::start().await;
    scene.webhook_run();
    assert_eq!(scene.webhook_run(), [""; 0]);
    scene.registered(&[]);
    scene.assert_webhook();
    assert_eq!(
        scene.writes(),
        [""; 0],
        "without the flag it is left as it is"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_drifted_is_mended() {
    let scene = Scene::start().await;
    scene.webhook_run();
    let id = scene.assert_webhook();
    for field in ["is_disabled", "is_auto_disabled"] {
        scene.workspace.edit_webhook(&id, field, json!(true));
        assert_eq!(
            scene.webhook_run(),
            [format!("PATCH /v1/workspace/webhooks/{id}")]
        );
    }
    let used =
        json!({"post_call_webhook_id": id, "events": ["audio"], "transcript_format": "json"});
    for settings in [
        used,
        json!({"post_call_webhook_id": null, "events": EVENTS, "transcript_format": "json"}),
    ] {
        scene.workspace.edit_settings("webhooks", settings);
        assert_eq!(scene.webhook_run(), ["PATCH /v1/convai/settings"]);
    }
    assert_eq!(scene.assert_webhook(), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_whose_secret_is_lost_is_made_anew() {
    let scene = Scene::start().await;
    scene.webhook_run();
    let lost = scene.assert_webhook();
    std::fs::remove_file(scene.state()).expect("it is there");
    let ran = scene.register(&["--post-call-webhook"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.contains(&format!("delete the webhook `{lost}`")),
        "{ran:?}"
    );
    assert_ne!(scene.assert_webhook(), lost);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_products_webhook_is_shown_and_left() {
    let scene = Scene::start().await;
    let other = scene
        .workspace
        .add_webhook("crm", "https://crm.example.com/hook");
    let mut settings = scene.workspace.settings()["webhooks"].clone();
    settings["post_call_webhook_id"] = json!(other);
    scene.workspace.edit_settings("webhooks", settings);
    // The rest is done, and what is left is told.
    for agents in [&["--agent", "agent_1"][..], &[]] {
        let ran = scene.register(&[&["--post-call-webhook"], agents].concat());
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(
            ran.stdout.contains(&format!("`{other}` (`crm`)")),
            "{ran:?}"
        );
        scene.assert_registered(&["agent_1"]);
    }
    let used = scene.workspace.settings()["webhooks"]["post_call_webhook_id"].clone();
    assert_eq!(used, other.as_str());
    assert_eq!(scene.workspace.webhooks().len(), 1);
    scene.registered(&["--post-call-webhook", "--yes"]);
    let ours = scene.workspace.settings()["webhooks"]["post_call_webhook_id"].clone();
    assert_ne!(ours, other.as_str());
    assert_eq!(
        scene.workspace.webhooks().len(),
        2,
        "the other stays where it is"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_takes_it_away_too() {
    let scene = Scene::start().await;
    scene.webhook_run();
    let other = scene
        .workspace
        .add_webhook("crm", "https://crm.example.com/hook");
    let removed = scene.run(&["--remove"]);
    assert_eq!(removed.code, 0, "{removed:?}");
    let left = scene.workspace.webhooks();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["webhook_id"], other.as_str());
    let settings = &scene.workspace.settings()["webhooks"];
    assert_eq!(settings["post_call_webhook_id"], Value::Null);
    assert_eq!(settings["transcript_format"], "json");
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_takes_away_one_that_no_run_remembers() {
    let scene = Scene::start().await;
    scene.webhook_run();
    std::fs::remove_file(scene.state()).expect("it is there");
    let url = format!("{}/webhooks/elevenlabs", scene.server.url);
    let namesake = scene
        .workspace
        .add_webhook("aoma-mesh-mcp-post-call", "https://crm.example.com/hook");
    let neighbour = scene.workspace.add_webhook("crm", &url);
    let removed = scene.run(&["--remove"]);
    assert_eq!(removed.code, 0, "{removed:?}");
    let left = scene.workspace.webhooks();
    let left: Vec<_> = left.iter().map(|webhook| &webhook["webhook_id"]).collect();
    assert_eq!(left, [namesake.as_str(), neighbour.as_str()]);
    let settings = &scene.workspace.settings()["webhooks"];
    assert_eq!(settings["post_call_webhook_id"], Value::Null);
    assert_eq!(scene.workspace.secrets(), []);
    assert!(!scene.state().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_with_a_key_that_sees_no_webhooks_says_what_may_be_left() {
    let scene = Scene::start().await;
    scene.registered(&[]);
    std::fs::remove_file(scene.state()).expect("it is there");
    scene.workspace.deny("workspace_write");
    let removed = scene.run(&["--remove"]);
    assert_eq!(removed.code, 0, "{removed:?}");
    assert_eq!(scene.workspace.servers().len(), 1);
    let told = "a webhook of `--post-call-webhook` is left, if there is one";
    assert_eq!(removed.stderr.matches(told).count(), 1, "{removed:?}");
    assert!(removed.stderr.contains("`workspace_write`"), "{removed:?}");
}

/// Whatever is gone already, a removal that no run remembers finds the rest.
#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_is_cut_off_is_ended_by_the_next() {
    let mut scene = Scene::start().await;
    for cut in [FakeWorkspace::cut_after, FakeWorkspace::cut_before] {
        for count in 1.. {
            scene.registered(&["--post-call-webhook", "--agent", "agent_1"]);
            std::fs::remove_file(scene.state()).expect("it is there");
            cut(&scene.workspace, count);
            let first = scene.run(&["--remove"]);
            let was_cut = scene.workspace.mend();
            assert_eq!(first.code, i32::from(was_cut), "after {count}: {first:?}");
            let second = scene.run(&["--remove"]);
            assert_eq!(second.code, 0, "after {count}: {second:?}");
            assert!(scene.workspace.webhooks().is_empty());
            assert_eq!(scene.workspace.secrets(), []);
            assert_eq!(scene.workspace.servers().len(), 1);
            scene.begin_anew().await;
            if !was_cut {
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_secret_is_for_the_owner_alone_whatever_the_file_was() {
    use std::os::unix::fs::PermissionsExt as _;
    let scene = Scene::start().await;
    std::fs::write(scene.state(), "").expect("written");
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(scene.state(), open).expect("set");
    scene.webhook_run();
    let file = std::fs::metadata(scene.state()).expect("a file");
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_anywhere_the_next_run_ends_with_one_whose_secret_is_known() {
    let mut scene = Scene::start().await;
    for cut in [FakeWorkspace::cut_after, FakeWorkspace::cut_before] {
        for count in 1.. {
            scene.registered(&[]);
            cut(&scene.workspace, count);
            let first = scene.register(&["--post-call-webhook"]);
            let was_cut = scene.workspace.mend();
            assert_eq!(first.code, i32::from(was_cut), "after {count}: {first:?}");
            scene.registered(&["--post-call-webhook"]);
            scene.assert_webhook();
            scene.begin_anew().await;
            if !was_cut {
                break;
            }
        }
    }
}
