//! The corpus, which may still be on its way: where it has to be fetched first, whoever needs it first has it fetched.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use futures::future::BoxFuture;
use mesh_core::Deadline;
use mesh_index::Corpus;
use tokio::sync::watch;

use crate::error::ToolError;

/// Fetches and opens a corpus. An error is one sentence for the operator, without internals.
pub type FetchCorpus = dyn Fn() -> BoxFuture<'static, Result<Corpus, String>> + Send + Sync;

/// Where the tools find the corpus. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct CorpusHandle(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    corpus: OnceLock<Corpus>,
    remote: Option<Remote>,
}

struct Remote {
    fetch: Box<FetchCorpus>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    underway: Option<Underway>,
    /// Why the last attempt failed.
    fault: Option<String>,
}

/// An attempt that is being made.
#[derive(Clone)]
struct Underway {
    since: Instant,
    /// Ends, in either way, when the sender is dropped.
    end: watch::Receiver<()>,
}

/// What is left of an attempt when its task ends, be it by a panic or with its runtime: the next caller can begin anew.
struct Attempt {
    shared: Arc<Shared>,
    fetched: Option<Result<Corpus, String>>,
    /// Dropped last.
    _ended: watch::Sender<()>,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let cut_short = || Err("fetching the corpus was cut short; try again".to_owned());
        self.shared
            .put(self.fetched.take().unwrap_or_else(cut_short));
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").finish_non_exhaustive()
    }
}

impl CorpusHandle {
    /// A handle of a corpus that is open already.
    #[must_use]
    pub fn open(corpus: Corpus) -> Self {
        Self(Arc::new(Shared {
            corpus: corpus.into(),
            remote: None,
        }))
    }

    /// A handle of a corpus that is fetched when it is first needed.
    #[must_use]
    pub fn remote(fetch: Box<FetchCorpus>) -> Self {
        Self::unfetched(fetch, None)
    }

    /// A handle of a corpus that could not be had at first, for this reason, and is tried again by whoever needs it.
    #[must_use]
    pub fn failed(fault: String, fetch: Box<FetchCorpus>) -> Self {
        Self::unfetched(fetch, Some(fault))
    }

    fn unfetched(fetch: Box<FetchCorpus>, fault: Option<String>) -> Self {
        let state = State {
            underway: None,
            fault,
        };
        Self(Arc::new(Shared {
            corpus: OnceLock::new(),
            remote: Some(Remote {
                fetch,
                state: state.into(),
            }),
        }))
    }

    #[must_use]
    pub fn corpus(&self) -> Option<&Corpus> {
        self.0.corpus.get()
    }

    /// There is one, but not here yet.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        self.0.remote.is_some() && self.corpus().is_none()
    }

    /// Why it is not here, where it was tried to fetch it.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let remote = self.0.remote.as_ref().filter(|_| self.is_awaited())?;
        remote.lock().fault.clone()
    }

    /// It is not here yet, and nothing speaks against its coming.
    #[must_use]
    pub fn is_expected(&self) -> bool {
        self.is_awaited() && self.fault().is_none()
    }

    /// Since when it is being fetched.
    #[must_use]
    pub fn underway_since(&self) -> Option<Instant> {
        let remote = self.0.remote.as_ref()?;
        let underway = remote.lock().underway.clone()?;
        Some(underway.since)
    }

    /// Waits for it until the deadline, and has it fetched where nobody has yet. The fetching itself goes on beyond any one
    /// caller's deadline; where it failed, the next caller begins it anew.
    ///
    /// # Errors
    /// `DeadlineExceeded` while it is still on its way, `Unavailable` where it could not be had.
    pub async fn arrive(&self, deadline: Deadline) -> Result<(), ToolError> {
        if !self.is_awaited() {
            return Ok(());
        }
        let Some(mut end) = self.end_of_attempt() else {
            return Ok(());
        };
        let left = deadline.remaining(Instant::now());
        if tokio::time::timeout(left, end.changed()).await.is_err() {
            return Err(ToolError::DeadlineExceeded {
                budget: deadline.budget(),
                slow: "fetching the corpus",
            });
        }
        match self.fault() {
            None => Ok(()),
            Some(fault) => Err(ToolError::Unavailable(fault)),
        }
    }

    /// Of the attempt that is being made, or of a new one.
    fn end_of_attempt(&self) -> Option<watch::Receiver<()>> {
        let remote = self.0.remote.as_ref()?;
        let mut state = remote.lock();
        if let Some(underway) = &state.underway {
            return Some(underway.end.clone());
        }
        if self.0.corpus.get().is_some() {
            return None;
        }
        let (ended, end) = watch::channel(());
        state.underway = Some(Underway {
            since: Instant::now(),
            end: end.clone(),
        });
        drop(state);
        let mut attempt = Attempt {
            shared: Arc::clone(&self.0),
            fetched: None,
            _ended: ended,
        };
        tokio::spawn(async move {
            let fetch = attempt.shared.remote.as_ref().map(|remote| &remote.fetch);
            if let Some(fetch) = fetch {
                let fetched = fetch().await;
                attempt.fetched.replace(fetched);
            }
        });
        Some(end)
    }
}

impl Shared {
    fn put(&self, fetched: Result<Corpus, String>) {
        let Some(remote) = &self.remote else {
            return;
        };
        let mut state = remote.lock();
        state.underway = None;
        match fetched {
            Ok(corpus) => {
                state.fault = None;
                let _ = self.corpus.set(corpus);
            }
            Err(fault) => {
                tracing::error!(fault, "the corpus could not be fetched");
                state.fault = Some(fault);
            }
        }
    }
}

impl Remote {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn soon() -> Deadline {
        Deadline::after(Instant::now(), Duration::from_secs(5))
    }

    #[tokio::test]
    async fn many_who_wait_have_it_fetched_once_and_a_failure_is_tried_again() {
        static ATTEMPTS: AtomicUsize = AtomicUsize::new(0);
        let handle = CorpusHandle::remote(Box::new(|| {
            ATTEMPTS.fetch_add(1, Ordering::Relaxed);
            Box::pin(async {
                tokio::task::yield_now().await;
                Err("the bucket refused".to_owned())
            })
        }));
        let (one, two) = tokio::join!(handle.arrive(soon()), handle.arrive(soon()));
        for refused in [one, two] {
            assert_eq!(
                refused.expect_err("refused").to_string(),
                "the bucket refused"
            );
        }
        assert_eq!(ATTEMPTS.load(Ordering::Relaxed), 1);
        handle.arrive(soon()).await.expect_err("refused again");
        assert_eq!(ATTEMPTS.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn an_attempt_that_panics_or_is_cut_short_is_over_and_the_next_caller_begins_anew() {
        static ATTEMPTS: AtomicUsize = AtomicUsize::new(0);
        let handle = CorpusHandle::remote(Box::new(|| {
            let attempt = ATTEMPTS.fetch_add(1, Ordering::Relaxed);
            assert!(attempt != 0, "a fault before anything is fetched");
            Box::pin(async move {
                assert!(attempt != 1, "a fault while it is fetched");
                std::future::pending().await
            })
        }));
        for _ in 0..2 {
            let error = handle.arrive(soon()).await.expect_err("no corpus");
            assert!(error.to_string().contains("cut short"), "{error}");
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_time()
            .build()
            .expect("a runtime");
        let shared = handle.clone();
        let waiting = runtime.spawn(async move { shared.arrive(soon()).await });
        while handle.underway_since().is_none() {
            tokio::task::yield_now().await;
        }
        runtime.shutdown_background();
        assert!(waiting.await.is_err(), "its runtime is gone");
        while handle.underway_since().is_some() {
            tokio::task::yield_now().await;
        }
        let next = handle.clone();
        let next = tokio::spawn(async move { next.arrive(soon()).await });
        while ATTEMPTS.load(Ordering::Relaxed) < 4 {
            tokio::task::yield_now().await;
        }
        next.abort();
        assert!(
            handle.underway_since().is_some(),
            "it goes on without who asked"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn who_cannot_wait_longer_is_told_what_is_slow() {
        let handle = CorpusHandle::remote(Box::new(|| Box::pin(std::future::pending())));
        let error = handle.arrive(soon()).await.expect_err("too slow");
        assert_eq!(error.kind(), "deadline_exceeded");
        assert!(error.to_string().contains("fetching the corpus"), "{error}");
    }
}
