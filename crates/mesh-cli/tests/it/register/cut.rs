//! A run that ends after any request: the next one ends in the same state.

use mesh_fakes::elevenlabs::workspace::FakeWorkspace;

use super::{Scene, TOKEN, server};

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

/// The second server is known for what it is by the secret that it sends, whatever is wished by then.
#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_that_is_no_longer_wished_leaves_no_server_behind_unnoticed() {
    let mut scene = Scene::start().await;
    scene.registered(&AGENTS);
    let (old, _) = scene.ours();
    let mut other = server(TOKEN);
    std::mem::swap(&mut scene.server, &mut other);
    // Settings, secrets, servers, tools and two agents are read; then the new server is made, and its id not told.
    let is_made = (5..15).any(|count| {
        scene.workspace.cut_after(count);
        assert_eq!(scene.register(&AGENTS).code, 1);
        scene.workspace.mend();
        scene.workspace.servers().len() == 3
    });
    assert!(is_made, "a cut comes just after it was made");
    std::mem::swap(&mut scene.server, &mut other);
    let ran = scene.register(&AGENTS);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.stderr
            .contains("with the address and name of the last time"),
        "{ran:?}"
    );
    std::mem::swap(&mut scene.server, &mut other);
    scene.registered(&AGENTS);
    assert_ne!(scene.ours().0, old);
    std::mem::swap(&mut scene.server, &mut other);
    scene.registered(&AGENTS);
    scene.assert_registered(&["agent_1", "agent_2"]);
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
