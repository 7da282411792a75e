//! Runs at the same time: all see the same workspace, and one after the other changes it.

use std::process::{Child, Command, Stdio};

use super::Scene;
use crate::support::{Ran, ran};

/// Several at once, to their ends.
pub(super) fn at_once(commands: impl IntoIterator<Item = Command>) -> Vec<Ran> {
    let children: Vec<_> = commands.into_iter().map(started).collect();
    let ended = children
        .into_iter()
        .map(|child| ran(child.wait_with_output().expect("it ends")));
    ended.collect()
}

fn started(mut command: Command) -> Child {
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    piped.spawn().expect("it starts")
}

impl Scene {
    fn registering(&self, arguments: &[&str]) -> Command {
        let url = self.url();
        self.command(&[&["--url", &url], arguments].concat())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_find_nothing_make_one_of_everything() {
    let scene = Scene::start().await;
    scene.workspace.meet("GET", "/secrets", 2);
    let runs = at_once([(); 2].map(|()| scene.registering(&["--agent", "agent_1"])));
    for ran in &runs {
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    scene.assert_registered(&["agent_1"]);
    let ends = |words: &str| {
        runs.iter()
            .filter(|ran| ran.stdout.starts_with(words))
            .count()
    };
    assert_eq!((ends("done:"), ends("nothing to do")), (1, 1), "{runs:?}");
    let left: Vec<_> = std::fs::read_dir(scene.folder.path())
        .expect("a folder")
        .map(|file| file.expect("a file").file_name())
        .collect();
    assert_eq!(left, ["elevenlabs.json"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_knows_of_no_webhook_does_not_forget_anothers() {
    let scene = Scene::start().await;
    scene.workspace.meet("GET", "/secrets", 2);
    let runs = at_once([
        scene.registering(&["--post-call-webhook"]),
        scene.registering(&["--approve", "none"]),
    ]);
    for ran in &runs {
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    scene.assert_webhook();
    scene.ours();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_a_killed_run_has_left_holds_nobody_up() {
    let scene = Scene::start().await;
    let lock = scene.folder.path().join("elevenlabs.json.lock");
    std::fs::write(&lock, "").expect("written");
    scene.registered(&[]);
    assert!(!lock.exists());
}
