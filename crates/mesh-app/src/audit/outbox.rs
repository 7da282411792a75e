use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

use mesh_core::{Deadline, Moment, lock};
use mesh_doors::audit::{Chain, KeptLine, keep};
use mesh_store::{MAX_WRITES, Store, Within};
use mesh_tools::secrets::now;
use tokio::time::timeout_at;

/// Lines on their way into the state, in their order. A line leaves when the state has it.
pub(super) struct Outbox {
    store: Arc<dyn Store>,
    /// How long the state has a line (`MESH_AUDIT_DAYS`).
    kept: Duration,
    waiting: Mutex<VecDeque<KeptLine>>,
    /// Held while lines are written. A state that did not take them is left alone for a while from then on.
    writing: tokio::sync::Mutex<Option<Moment>>,
}

impl Outbox {
    /// What nobody could keep for minutes; some hundred bytes each.
    const MAX_WAITING: usize = 10_000;
    /// What a caller waits for the state to take its line.
    const TIMEOUT: Duration = Duration::from_secs(1);
    /// Who comes meanwhile does not wait at all.
    const PAUSE: Duration = Duration::from_secs(5);

    pub(super) fn new(store: Arc<dyn Store>, kept: Duration) -> Self {
        Self {
            store,
            kept,
            waiting: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
        }
    }

    /// The moment from which on a line of the moment `at` is gone.
    pub(super) fn expiry(&self, at: SystemTime) -> SystemTime {
        at + self.kept
    }

    /// Takes the line that the chain ends with.
    pub(super) fn put(&self, chain: &Chain, text: String, at: SystemTime) {
        let line = match KeptLine::last_of(chain, text, self.expiry(at)) {
            Ok(line) => line,
            Err(error) => {
                tracing::error!(%error, "a line of the audit is lost");
                return;
            }
        };
        let mut waiting = self.waiting();
        if waiting.len() >= Self::MAX_WAITING {
            tracing::error!("a line of the audit is lost: too many wait for the state");
            return;
        }
        waiting.push_back(line);
    }

    /// Has the state take what waits, with what others put in meanwhile; who comes while another does so waits for that.
    pub(super) async fn flush(&self, deadline: Deadline) {
        let started = Instant::now();
        let deadline = deadline.at_most(started, Self::TIMEOUT);
        let alone = timeout_at(deadline.at().into(), self.writing.lock()).await;
        let Ok(mut paused) = alone else { return };
        if paused.is_some_and(|since| now().since(since) < Self::PAUSE) {
            return;
        }
        loop {
            let lines: Vec<_> = self.waiting().iter().take(MAX_WRITES).cloned().collect();
            if lines.is_empty() {
                *paused = None;
                return;
            }
            let within = Within {
                now: SystemTime::now(),
                deadline,
            };
            match keep(&*self.store, &lines, within).await {
                Ok(()) => drop(self.waiting().drain(..lines.len())),
                // Who asked had too little time: that says nothing of the state.
                Err(_)
                    if deadline.remaining(Instant::now()).is_zero()
                        && started.elapsed() < Self::TIMEOUT / 2 =>
                {
                    return;
                }
                Err(error) => {
                    let waiting = self.waiting().len();
                    tracing::error!(%error, waiting, "lines of the audit cannot be kept yet");
                    *paused = Some(now());
                    return;
                }
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<KeptLine>> {
        lock(&self.waiting)
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use futures::future::BoxFuture;
    use mesh_core::Effect;
    use mesh_doors::audit::{Decision, Entry, Outcome, kept, verify};
    use mesh_store::{Item, Key, Page, Prefix, Sqlite, StoreError, Write};

    use super::*;

    /// A file behind a door that can be shut.
    #[derive(Debug)]
    struct Shut {
        inner: Sqlite,
        is_shut: AtomicBool,
        asked: AtomicUsize,
    }

    impl Shut {
        fn door(&self) -> Result<(), StoreError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let is_shut = self.is_shut.load(Ordering::SeqCst);
            (!is_shut).then_some(()).ok_or(StoreError::Unreachable)
        }
    }

    impl Store for Shut {
        fn get<'a>(
            &'a self,
            key: &'a Key,
            within: Within,
        ) -> BoxFuture<'a, Result<Option<Item>, StoreError>> {
            self.inner.get(key, within)
        }

        fn list<'a>(
            &'a self,
            prefix: &'a Prefix,
            after: Option<&'a Key>,
            limit: usize,
            within: Within,
        ) -> BoxFuture<'a, Result<Page, StoreError>> {
            self.inner.list(prefix, after, limit, within)
        }

        fn transact<'a>(
            &'a self,
            writes: &'a [Write],
            within: Within,
        ) -> BoxFuture<'a, Result<Vec<u64>, StoreError>> {
            Box::pin(async move {
                self.door()?;
                self.inner.transact(writes, within).await
            })
        }
    }

    fn within() -> Within {
        Within {
            now: SystemTime::now(),
            deadline: soon(),
        }
    }

    fn soon() -> Deadline {
        Deadline::after(Instant::now(), Duration::from_secs(30))
    }

    fn put(outbox: &Outbox, chain: &mut Chain, count: usize) {
        for _ in 0..count {
            let at = SystemTime::now();
            let text = chain.append(&Entry {
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
            });
            outbox.put(chain, text, at);
        }
    }

    #[tokio::test]
    async fn lines_wait_in_their_order_until_the_state_takes_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Arc::new(Shut {
            inner: Sqlite::open(folder.path(), soon()).await.expect("opened"),
            is_shut: AtomicBool::new(true),
            asked: AtomicUsize::new(0),
        });
        let shared = Arc::clone(&store) as Arc<dyn Store>;
        let outbox = Outbox::new(shared, Duration::from_secs(60));
        let mut chain = Chain::new("test", "one");
        put(&outbox, &mut chain, 40);
        outbox.flush(soon()).await;
        put(&outbox, &mut chain, 20);
        outbox.flush(soon()).await;
        let asked = store.asked.load(Ordering::SeqCst);
        assert_eq!(asked, 1, "it is left alone for a while");
        assert_eq!(outbox.waiting().len(), 60);
        store.is_shut.store(false, Ordering::SeqCst);
        // The host was frozen meanwhile: by the steady clock hardly any time has passed.
        let frozen = SystemTime::now() - Outbox::PAUSE;
        *outbox.writing.lock().await = Some(Moment::new(Instant::now(), frozen));
        let all = futures::future::join_all((0..9).map(|_| outbox.flush(soon())));
        all.await;
        let lines = kept(&*store, within).await.expect("listed");
        let report = verify(lines.iter().map(|(_, text)| text.as_str()), |_, _| None);
        assert!(report.is_whole(), "{report:?}");
        assert_eq!(report.chains[0].last.seq, 60);
        assert!(outbox.waiting().is_empty());
    }

    #[tokio::test]
    async fn no_more_lines_wait_than_there_is_room_for_and_the_gap_shows() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Sqlite::open(folder.path(), soon()).await.expect("opened");
        let outbox = Outbox::new(Arc::new(store.clone()), Duration::from_secs(60));
        let mut chain = Chain::new("test", "one");
        put(&outbox, &mut chain, Outbox::MAX_WAITING + 3);
        assert_eq!(outbox.waiting().len(), Outbox::MAX_WAITING);
        outbox.waiting().truncate(10);
        put(&outbox, &mut chain, 1);
        outbox.flush(soon()).await;
        let lines = kept(&store, within).await.expect("listed");
        let report = verify(lines.iter().map(|(_, text)| text.as_str()), |_, _| None);
        assert_eq!(lines.len(), 11);
        assert!(!report.is_whole(), "{report:?}");
    }
}
