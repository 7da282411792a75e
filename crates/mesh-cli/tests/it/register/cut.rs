//! A run that ends after any request: the next one ends in the same state.

use std::process::{Command, Stdio};

use mesh_fakes::elevenlabs::workspace::FakeWorkspace;

use super::{Scene, TOKEN, server};
use crate::support::ran;

const AGENTS: [&str; 4] = ["--agent", "agent_1", "--agent", "agent_2"];

/// Runs once, cut off, and then to the end; whether the first was cut off at all.
fn interrupted(scene: &Scene, cut: fn(&FakeWorkspace, usize), count: usize) -> bool {
    cut(&scene.workspace, count);
    let first = scene.register(&AGENTS);
    let was_cut = scene.workspace.mend();
    assert_eq!(first.code, i32::from(was_cut), "after {count}: {first:?}");
    let second = scene.register(&AGENTS);
    assert_eq!(second.code, 0, "after {count}: {second:?}");
    scene.assert_registered(&["agent_1", "agent_2"]);
    scene.writes();
    let third = scene.register(&AGENTS);
    assert_eq!(
        (third.code, scene.writes().len()),
        (0, 0),
        "after {count}: {third:?}"
    );
    was_cut
}

/// Fewer requests than a run of any kind makes.
const FEW: usize = 15;

async fn from_nothing(cut: fn(&FakeWorkspace, usize)) {
    let mut scene = Scene::start().await;
    for count in 1.. {
        if !interrupted(&scene, cut, count) {
            assert!(count > FEW, "it asks more often than {count} times");
            return;
        }
        scene.begin_anew().await;
    }
}

/// From a registration at another address.
async fn replacing(cut: fn(&FakeWorkspace, usize)) {
    let mut scene = Scene::start().await;
    let mut other = server(TOKEN);
    for count in 1.. {
        scene.registered(&AGENTS);
        std::mem::swap(&mut scene.server, &mut other);
        if !interrupted(&scene, cut, count) {
            assert!(count > FEW, "it asks more often than {count} times");
            return;
        }
        scene.begin_anew().await;
    }
}

/// The second server is known for what it is by the secret that it sends, whatever is wished by then: the first address again,
/// or a third one.
#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_that_is_no_longer_wished_is_ended_before_another_begins() {
    let mut scene = Scene::start().await;
    let mut other = server(TOKEN);
    for is_third in [false, true] {
        scene.registered(&AGENTS);
        std::mem::swap(&mut scene.server, &mut other);
        // All is read twice; then the new server is made, and its id not told.
        let is_made = (10..25).any(|count| {
            scene.workspace.cut_after(count);
            assert_eq!(scene.register(&AGENTS).code, 1);
            scene.workspace.mend();
            scene.workspace.servers().len() == 3
        });
        assert!(is_made, "a cut comes just after it was made");
        match is_third {
            true => scene.server = server(TOKEN),
            false => std::mem::swap(&mut scene.server, &mut other),
        }
        for count in 1.. {
            scene.workspace.cut_after(count);
            let ran = scene.register(&AGENTS);
            if !scene.workspace.mend() {
                assert_eq!(ran.code, 0, "{ran:?}");
                break;
            }
        }
        scene.assert_registered(&["agent_1", "agent_2"]);
        scene.begin_anew().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_says_so_and_the_next_one_goes_on() {
    let scene = Scene::start().await;
    // Its first write is not answered before another run makes the same.
    scene.workspace.meet("POST", "/secrets", 2);
    let mut command = scene.command(&["--url", &scene.url(), "--agent", "agent_1"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("it starts");
    while !scene.workspace.lacks_the_last() {
        tokio::task::yield_now().await;
    }
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", "INT", &id]).status();
    assert!(sent.expect("`kill` starts").success());
    let interrupted = ran(child.wait_with_output().expect("an end"));
    assert_eq!(
        (interrupted.code, interrupted.stderr.as_str()),
        (
            130,
            "interrupted: run this again, and it goes on from there\n"
        )
    );
    scene.registered(&["--agent", "agent_1"]);
    scene.assert_registered(&["agent_1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_whose_request_has_its_effect_and_no_answer() {
    from_nothing(FakeWorkspace::cut_after).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_whose_request_is_not_taken() {
    from_nothing(FakeWorkspace::cut_before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_whose_request_has_its_effect_and_no_answer() {
    replacing(FakeWorkspace::cut_after).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_whose_request_is_not_taken() {
    replacing(FakeWorkspace::cut_before).await;
}
