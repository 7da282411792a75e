use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use mesh_core::Effect;
use mesh_doors::audit::{
    Anchored, Chain, Decision, Entry, Flaw, Outcome, anchor, anchored, verify,
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

/// What is kept of one of the chains of `prod`.
async fn found(store: &dyn Store, instance: &str, seconds: u64) -> Option<Anchored> {
    let kept = anchored(store, at(seconds)).await.expect("listed");
    kept.get(&("prod".to_owned(), instance.to_owned())).cloned()
}

pub(super) async fn the_last_head_is_kept(store: Arc<dyn Store>) {
    // As Lambda names an environment's stream of lines.
    let instance = "2026/11/29/[7]0a1b2c";
    let mut chain = Chain::new("prod", instance);
    assert_eq!(found(&*store, instance, 0).await, None);
    for seconds in [0, 10] {
        written(&mut chain, 3);
        let kept = anchor(&*store, &chain, until(seconds), at(seconds)).await;
        kept.expect("kept");
        let expected = Anchored {
            head: chain.head().clone(),
            at: Timestamp::try_from(at(seconds).now).expect("a moment"),
        };
        assert_eq!(found(&*store, instance, seconds).await, Some(expected));
    }
    assert_eq!(chain.head().seq, 6);
    assert_eq!(found(&*store, instance, 110).await, None);
    let unnamed = anchor(&*store, &Chain::new("prod", "two words"), until(0), at(0)).await;
    assert!(
        matches!(unnamed, Err(StoreError::Refused(_))),
        "{unnamed:?}"
    );
}

pub(super) async fn heads_are_listed(store: Arc<dyn Store>) {
    for (instance, seconds) in [("[1]/a", 10), ("b", 20)] {
        let mut chain = Chain::new("listed", instance);
        written(&mut chain, 2);
        let kept = anchor(&*store, &chain, until(seconds), at(seconds)).await;
        kept.expect("kept");
    }
    let kept = anchored(&*store, at(20)).await.expect("listed").into_iter();
    let own = kept.filter(|((environment, _), _)| environment == "listed");
    let own: Vec<_> = own
        .map(|((_, instance), kept)| (instance, kept.head.seq))
        .collect();
    assert_eq!(own, [("[1]/a".to_owned(), 2), ("b".to_owned(), 2)]);
}

pub(super) async fn a_cut_end_shows(store: Arc<dyn Store>) {
    let mut chain = Chain::new("prod", "cut");
    let lines = written(&mut chain, 5);
    anchor(&*store, &chain, until(0), at(0))
        .await
        .expect("kept");
    let head = found(&*store, "cut", 0).await.map(|kept| kept.head);
    let flaw = |count: usize| {
        let lines = lines[..count].iter().map(String::as_str);
        let report = verify(lines, |_, _| head.clone());
        report.chains[0].fault.as_ref().map(|fault| fault.flaw)
    };
    assert_eq!(flaw(5), None);
    assert_eq!(flaw(4), Some(Flaw::CutOff { anchored: 5 }));
}
