use std::sync::Arc;
use std::time::{Duration, SystemTime};

use mesh_core::Effect;
use mesh_doors::audit::{Chain, Decision, Entry, Flaw, KeptLine, Outcome, keep, kept, verify};
use mesh_store::{Key, Store, When};

use super::{at, start};

const KEPT: Duration = Duration::from_secs(100);

/// The next lines of a chain, one a second.
fn written(chain: &mut Chain, count: u64) -> Vec<KeptLine> {
    let line = |_| {
        let seconds = chain.head().seq;
        let at = start() + Duration::from_secs(seconds);
        let text = chain.append(&entry(at));
        KeptLine::last_of(chain, text, at + KEPT).expect("its name is a key")
    };
    (0..count).map(line).collect()
}

const fn entry(at: SystemTime) -> Entry<'static> {
    Entry {
        at,
        caller: "local",
        team: None,
        tool: "get_system_health",
        effect: Effect::Read,
        decision: Decision::Allowed,
        arguments: "",
        duration: Duration::ZERO,
        outcome: Outcome::Answered,
        request_id: "1",
    }
}

/// Of one environment: other tests use the same table.
async fn of(store: &dyn Store, environment: &str, seconds: u64) -> Vec<(String, String)> {
    let mut lines = kept(store, || at(seconds)).await.expect("listed");
    let prefix = format!("record/{environment}/");
    lines.retain(|(name, _)| name.starts_with(&prefix));
    lines
}

pub(super) async fn lines_come_back_as_they_were_written(store: Arc<dyn Store>) {
    let mut chains = ["2026/11/29/[7]0a", "b"].map(|instance| Chain::new("kept", instance));
    for _ in 0..6 {
        for chain in &mut chains {
            let lines = written(chain, 20);
            keep(&*store, &lines, at(0)).await.expect("kept");
            // An answer that was lost has it written again.
            keep(&*store, &lines, at(0)).await.expect("kept");
        }
    }
    let found = of(&*store, "kept", 0).await;
    assert_eq!(found.len(), 240);
    let report = verify(found.iter().map(|(_, text)| text.as_str()), |_, _| None);
    let whole = report
        .chains
        .iter()
        .map(|chain| (chain.first, chain.last.seq));
    assert_eq!(whole.collect::<Vec<_>>(), [(1, 120), (1, 120)]);
    assert!(report.is_whole(), "{report:?}");
    // What has expired is gone from the beginning on.
    let found = of(&*store, "kept", 109).await;
    let report = verify(found.iter().map(|(_, text)| text.as_str()), |_, _| None);
    assert_eq!(report.chains[0].first, 11, "{report:?}");
    assert!(report.is_whole());
    assert_eq!(of(&*store, "kept", 219).await, []);
}

pub(super) async fn a_line_that_is_lost_or_changed_shows(store: Arc<dyn Store>) {
    let mut chain = Chain::new("changed", "one");
    let lines = written(&mut chain, 5);
    keep(&*store, &lines, at(0)).await.expect("kept");
    let flaw = async || {
        let found = of(&*store, "changed", 0).await;
        let report = verify(found.iter().map(|(_, text)| text.as_str()), |_, _| None);
        report.chains[0].fault.clone().map(|fault| fault.flaw)
    };
    assert_eq!(flaw().await, None);
    let third = Key::new(&format!("record/changed/one/{:020}", 3)).expect("a key");
    let item = store
        .get(&third, at(0))
        .await
        .expect("read")
        .expect("there");
    let other = String::from_utf8(item.value).expect("text");
    let other = other.replace("get_system_health", "get_server_health");
    let put = store.put(&third, other.into_bytes(), None, When::Always, at(0));
    put.await.expect("written");
    assert_eq!(flaw().await, Some(Flaw::Changed));
    let gone = store.delete(&third, When::Always, at(0)).await;
    gone.expect("deleted");
    assert_eq!(flaw().await, Some(Flaw::Removed { from: 3, to: 3 }));
}
