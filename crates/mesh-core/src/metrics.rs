//! Counters of one process: requests as a whole, and calls by tool.
//!
//! Latencies go into fixed buckets, so that a percentile of many processes can be had by adding them up.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Upper bounds of the latency buckets, in seconds; the last bucket has none.
pub const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 25.0];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolCounts {
    pub successes: u64,
    pub failures: u64,
    /// The sum over successes and failures.
    pub time: Duration,
    /// Calls per bucket of [`BUCKETS`], not cumulative, and one more for what is slower than all.
    pub buckets: [u64; BUCKETS.len() + 1],
}

/// A consistent copy of the counters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    pub uptime: Duration,
    pub successes: u64,
    pub failures: u64,
    /// The sum over successful requests only: a mean over failures that end early would flatter.
    pub success_time: Duration,
    /// How long ago the last request ended.
    pub since_last: Option<Duration>,
    pub tools: BTreeMap<&'static str, ToolCounts>,
}

impl Snapshot {
    #[must_use]
    pub const fn requests(&self) -> u64 {
        self.successes + self.failures
    }

    /// Milliseconds; zero while nothing has succeeded.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of requests fits the 52 bits"
    )]
    pub fn mean_success_ms(&self) -> f64 {
        if self.successes == 0 {
            return 0.0;
        }
        self.success_time.as_secs_f64() * 1000.0 / self.successes as f64
    }
}

#[derive(Debug)]
pub struct Metrics {
    started: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    counts: Snapshot,
    last: Option<Instant>,
}

impl Metrics {
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self {
            started: now,
            state: Mutex::default(),
        }
    }

    /// Counts one request that took `elapsed` and ended `now`.
    pub fn request(&self, now: Instant, outcome: Outcome, elapsed: Duration) {
        let mut state = self.lock();
        state.last = Some(now);
        match outcome {
            Outcome::Success => {
                state.counts.successes += 1;
                state.counts.success_time += elapsed;
            }
            Outcome::Failure => state.counts.failures += 1,
        }
    }

    /// Counts one call of the tool `name`.
    pub fn tool(&self, name: &'static str, outcome: Outcome, elapsed: Duration) {
        let mut state = self.lock();
        let counts = state.counts.tools.entry(name).or_default();
        match outcome {
            Outcome::Success => counts.successes += 1,
            Outcome::Failure => counts.failures += 1,
        }
        counts.time += elapsed;
        counts.buckets[bucket(elapsed)] += 1;
    }

    #[must_use]
    pub fn snapshot(&self, now: Instant) -> Snapshot {
        let state = self.lock();
        Snapshot {
            uptime: now.saturating_duration_since(self.started),
            since_last: state.last.map(|last| now.saturating_duration_since(last)),
            ..state.counts.clone()
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Counters stay usable after a panic elsewhere: no invariant spans two of them.
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn bucket(elapsed: Duration) -> usize {
    let seconds = elapsed.as_secs_f64();
    BUCKETS
        .iter()
        .position(|bound| seconds <= *bound)
        .unwrap_or(BUCKETS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_over_successes() {
        let start = Instant::now();
        let metrics = Metrics::new(start);
        metrics.request(start, Outcome::Success, Duration::from_millis(10));
        metrics.request(start, Outcome::Success, Duration::from_millis(30));
        metrics.request(start, Outcome::Failure, Duration::from_secs(25));
        let snapshot = metrics.snapshot(start + Duration::from_secs(2));
        assert_eq!(snapshot.requests(), 3);
        assert!((snapshot.mean_success_ms() - 20.0).abs() < 1e-9);
        assert_eq!(snapshot.uptime, Duration::from_secs(2));
        assert_eq!(snapshot.since_last, Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_call_falls_into_the_first_bucket_that_holds_it() {
        let metrics = Metrics::new(Instant::now());
        metrics.tool("t", Outcome::Success, Duration::from_millis(5));
        metrics.tool("t", Outcome::Failure, Duration::from_millis(6));
        metrics.tool("t", Outcome::Success, Duration::from_secs(60));
        let counts = &metrics.snapshot(Instant::now()).tools["t"];
        assert_eq!((counts.successes, counts.failures), (2, 1));
        assert_eq!(counts.buckets[0], 1);
        assert_eq!(counts.buckets[1], 1);
        assert_eq!(counts.buckets[BUCKETS.len()], 1);
    }
}
