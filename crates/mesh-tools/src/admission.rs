//! How much blocking work runs at once, how much may wait for it, and who is refused instead.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use mesh_core::Deadline;
use tokio::sync::Semaphore;

use crate::error::ToolError;

/// A wait for more than this many others, on each core, is refused: at 10 ms a search that is a third of a second.
const MAX_WAITING_PER_CORE: usize = 32;

/// Of the time left, at most this share is spent waiting: the work itself has to fit in the rest.
const SHARE_FOR_WAITING: f64 = 0.5;

/// A new measurement makes up one part in so many of the mean.
const SMOOTHING: u64 = 16;

/// One for the process: a slot for each core, so that what runs ends soon, and a bounded queue in front of them.
#[derive(Debug)]
pub struct Admission {
    cores: usize,
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// How long work has a slot, on average.
    mean_us: Arc<AtomicU64>,
}

/// Why admitted work has no result.
#[derive(Debug)]
pub enum Failure {
    /// The deadline came first; work that had no slot by then was never begun.
    Late,
    /// What the panic said may quote the caller, and is not kept.
    Panicked,
}

impl Failure {
    /// As the call that wanted the work tells of it; `slow` is what took too long.
    #[must_use]
    pub fn of_a_call(self, deadline: Deadline, slow: &'static str) -> ToolError {
        match self {
            Self::Late => ToolError::DeadlineExceeded {
                budget: deadline.budget(),
                slow,
            },
            Self::Panicked => ToolError::internal("a search panicked; its message is above"),
        }
    }
}

impl Default for Admission {
    fn default() -> Self {
        Self::with_slots(available_parallelism().map_or(1, usize::from))
    }
}

impl Admission {
    #[must_use]
    pub fn with_slots(cores: usize) -> Self {
        Self {
            cores,
            slots: Arc::new(Semaphore::new(cores)),
            waiting: AtomicUsize::new(0),
            mean_us: Arc::default(),
        }
    }

    /// Whether a call that arrives now would have its turn in time.
    ///
    /// # Errors
    /// [`ToolError::Overloaded`], at once, where it would not.
    pub fn check(&self, now: Instant, deadline: Deadline) -> Result<(), ToolError> {
        let waiting = self.waiting.load(Ordering::Relaxed);
        let wait = self.expected_wait(waiting);
        let bound = deadline.remaining(now).mul_f64(SHARE_FOR_WAITING);
        if waiting < MAX_WAITING_PER_CORE * self.cores && wait <= bound {
            return Ok(());
        }
        Err(ToolError::Overloaded { retry_after: wait })
    }

    fn expected_wait(&self, waiting: usize) -> Duration {
        let each = Duration::from_micros(self.mean_us.load(Ordering::Relaxed));
        each * u32::try_from(waiting / self.cores.max(1)).unwrap_or(u32::MAX)
    }

    /// Runs `work` on a thread that may block, once there is a slot. The slot is given back when the work has ended, not when
    /// its caller has left.
    ///
    /// # Errors
    /// Where the deadline comes first, or the work panics.
    pub async fn run<T: Send + 'static>(
        &self,
        deadline: Deadline,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let timed = async {
            let slot = {
                let _waiting = Counted::one(&self.waiting);
                let slot = Arc::clone(&self.slots).acquire_owned().await;
                slot.expect("the semaphore is never closed")
            };
            let mean_us = Arc::clone(&self.mean_us);
            tokio::task::spawn_blocking(move || {
                let _slot = slot;
                let started = Instant::now();
                let done = work();
                average_in(&mean_us, started.elapsed());
                done
            })
            .await
            .map_err(|_| Failure::Panicked)
        };
        let left = deadline.remaining(Instant::now());
        tokio::time::timeout(left, timed)
            .await
            .unwrap_or(Err(Failure::Late))
    }
}

fn average_in(mean_us: &AtomicU64, took: Duration) {
    let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let mean = mean_us.load(Ordering::Relaxed);
    // Two that end at once may lose one measurement, which changes nothing.
    mean_us.store(
        mean - mean / SMOOTHING + took_us / SMOOTHING,
        Ordering::Relaxed,
    );
}

/// Counts one for as long as it is held, also when its holder is dropped half-way.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn one(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc;

    use futures::future::join_all;

    use super::*;

    fn within(budget: Duration) -> Deadline {
        Deadline::after(Instant::now(), budget)
    }

    /// Holds the only slot until the sender is dropped.
    async fn occupied(
        admission: &Arc<Admission>,
    ) -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
        let (held, holding) = mpsc::channel::<()>();
        let (begun, beginning) = tokio::sync::oneshot::channel();
        let shared = Arc::clone(admission);
        let task = tokio::spawn(async move {
            let done = shared.run(within(Duration::from_secs(60)), move || {
                let _ = begun.send(());
                let _ = holding.recv();
            });
            done.await.expect("the work ends");
        });
        beginning.await.expect("the work begins");
        (held, task)
    }

    #[tokio::test]
    async fn work_without_a_slot_at_its_deadline_never_begins() {
        let admission = Arc::new(Admission::with_slots(1));
        let (held, task) = occupied(&admission).await;
        let began = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&began);
        let late = admission
            .run(within(Duration::from_millis(20)), move || {
                seen.store(true, Ordering::Relaxed);
            })
            .await;
        assert!(matches!(late, Err(Failure::Late)), "{late:?}");
        drop(held);
        task.await.expect("no panic");
        let next = admission.run(within(Duration::from_secs(60)), || 7).await;
        assert_eq!(next.expect("a slot is free again"), 7);
        assert!(!began.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_says_when_to_come_back() {
        let admission = Arc::new(Admission::with_slots(1));
        admission.mean_us.store(250_000, Ordering::Relaxed);
        let (held, task) = occupied(&admission).await;
        let minute = within(Duration::from_secs(60));
        let queued = join_all((0..MAX_WAITING_PER_CORE).map(|_| admission.run(minute, || ())));
        let mut queued = Box::pin(queued);
        assert!(futures::poll!(&mut queued).is_pending());
        let refused = admission.check(Instant::now(), minute).expect_err("full");
        assert_eq!(
            refused.to_string(),
            "the server has more to do than it can; try again in 8 s"
        );
        drop(queued);
        admission
            .check(Instant::now(), minute)
            .expect("who left waits no more");
        drop(held);
        task.await.expect("no panic");
    }

    #[tokio::test]
    async fn who_would_wait_beyond_half_of_the_time_left_is_refused() {
        let admission = Arc::new(Admission::with_slots(1));
        admission.mean_us.store(2_000_000, Ordering::Relaxed);
        let (held, task) = occupied(&admission).await;
        let minute = within(Duration::from_secs(60));
        let mut queued = Box::pin(admission.run(minute, || ()));
        assert!(futures::poll!(&mut queued).is_pending());
        let now = Instant::now();
        admission
            .check(now, Deadline::after(now, Duration::from_secs(5)))
            .expect("2 of 5 s");
        let refused = admission.check(now, Deadline::after(now, Duration::from_secs(3)));
        assert_eq!(refused.expect_err("2 of 3 s").kind(), "overloaded");
        drop((queued, held));
        task.await.expect("no panic");
    }
}
