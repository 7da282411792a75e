use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use mesh_core::Effect;
use mesh_doors::audit::{
    Chain, Decision, Entry, Flaw, Outcome, all_anchored, anchor, anchored, verify,
};
use mesh_store::{Store, StoreError};

use super::at;

/// A hundred seconds later.
fn until(seconds: u64) -> SystemTime {
    at(seconds).now + Duration::from_secs(100)
}

fn written(chain: &mut Chain, count: usize) -> Vec<String> {
    let entry = Entry {
        at: SystemTime::UNIX_EPOCH,
        caller: "local",
        team: None,
        tool: "get_system_health",
        effect: Effect::Read,
        decision: Decision::Allowed,
        arguments: "",
        duration: Duration::ZERO,
        outcome: Outcome::Answered,
        request_id: "1",
    };
    (0..count).map(|_| chain.append(&entry)).collect()
}

pub(super) async fn the_last_head_is_kept(store: Arc<dyn Store>) {
    // As Lambda names an environment's stream of lines.
    let instance = "2026/11/29/[7]0a1b2c";
    let mut chain = Chain::new("prod", instance);
    let found = async |seconds| anchored(&*store, "prod", instance, at(seconds)).await;
    assert_eq!(found(0).await, Ok(None));
    for seconds in [0, 10] {
        written(&mut chain, 3);
        let kept = anchor(&*store, &chain, until(seconds), at(seconds)).await;
        kept.expect("kept");
        assert_eq!(found(seconds).await, Ok(Some(chain.head().clone())));
    }
    assert_eq!(chain.head().seq, 6);
    assert_eq!(found(110).await, Ok(None));
    let unnamed = anchor(&*store, &Chain::new("prod", "two words"), until(0), at(0)).await;
    assert!(
        matches!(unnamed, Err(StoreError::Refused(_))),
        "{unnamed:?}"
    );
}

pub(super) async fn heads_are_listed_since_a_moment(store: Arc<dyn Store>) {
    for (instance, seconds) in [("[1]/a", 10), ("b", 20)] {
        let mut chain = Chain::new("listed", instance);
        written(&mut chain, 2);
        let kept = anchor(&*store, &chain, until(seconds), at(seconds)).await;
        kept.expect("kept");
    }
    let listed = async |seconds| {
        let since = Timestamp::try_from(at(seconds).now).expect("a moment");
        let heads = all_anchored(&*store, Some(since), at(20)).await;
        let heads = heads.expect("listed").into_iter();
        let own = heads.filter(|((environment, _), _)| environment == "listed");
        own.map(|((_, instance), head)| (instance, head.seq))
            .collect::<Vec<_>>()
    };
    let both = [("[1]/a".to_owned(), 2), ("b".to_owned(), 2)];
    assert_eq!(listed(10).await, both);
    assert_eq!(listed(11).await, both[1..]);
    assert_eq!(listed(21).await, []);
}

pub(super) async fn a_cut_end_shows(store: Arc<dyn Store>) {
    let mut chain = Chain::new("prod", "cut");
    let lines = written(&mut chain, 5);
    anchor(&*store, &chain, until(0), at(0))
        .await
        .expect("kept");
    let head = anchored(&*store, "prod", "cut", at(0)).await;
    let head = head.expect("read");
    let flaw = |count: usize| {
        let lines = lines[..count].iter().map(String::as_str);
        let report = verify(lines, |_, _| head.clone());
        report.chains[0].fault.as_ref().map(|fault| fault.flaw)
    };
    assert_eq!(flaw(5), None);
    assert_eq!(flaw(4), Some(Flaw::CutOff { anchored: 5 }));
}
