use std::collections::BTreeMap;
use std::time::Duration;

/// Upper bounds of the latency buckets, in seconds; the last bucket has none.
pub const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 25.0];

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
    /// Of each vendor that was asked: whether it is left alone for a while, as it went on failing.
    pub circuits_open: BTreeMap<&'static str, bool>,
    /// Events that a platform of functions handed over, of whatever kind; 0 elsewhere.
    pub invocations: u64,
    /// 1 where such a platform started this process; 0 elsewhere.
    pub cold_starts: u64,
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

pub(super) fn bucket(elapsed: Duration) -> usize {
    let seconds = elapsed.as_secs_f64();
    BUCKETS
        .iter()
        .position(|bound| seconds <= *bound)
        .unwrap_or(BUCKETS.len())
}
