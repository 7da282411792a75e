//! What is counted and measured: counters of one process since its start, and measurements for whoever collects them
//! from many processes.
//!
//! Latencies are counted in fixed buckets, so that a percentile of many processes can be had by adding them up.

mod datum;
mod recorder;
mod snapshot;
mod table;

use std::sync::Mutex;
use std::time::{Duration, Instant};

pub use datum::{Datum, Label, Sample};
pub use snapshot::{BUCKETS, Snapshot, ToolCounts};
pub use table::{Dimension, METRICS, Metric, Stability, Unit};

use crate::lock;
use datum::{milliseconds, seconds};
use recorder::Recorder;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
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
    /// None where nobody collects measurements.
    recorder: Option<Recorder>,
}

impl Metrics {
    /// Counters only.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self {
            started: now,
            state: Mutex::default(),
        }
    }

    /// Counters, and measurements kept until [`Self::drain`] takes them.
    #[must_use]
    pub fn recording(now: Instant) -> Self {
        let state = State {
            recorder: Some(Recorder::default()),
            ..State::default()
        };
        Self {
            started: now,
            state: Mutex::new(state),
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
        state.record(&table::REQUEST_COUNT, None, 1.0);
        state.record(&table::SUCCESS_RATE, None, 100.0 * successes(outcome));
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
        counts.buckets[snapshot::bucket(elapsed)] += 1;
        state.record(&table::TOOL_USAGE, Some(name.into()), 1.0);
        state.record(
            &table::TOOL_DURATION,
            Some(name.into()),
            milliseconds(elapsed),
        );
        state.record(&table::TOOL_FAILURES, Some(name.into()), failures(outcome));
    }

    /// Counts one call that was ended at its deadline.
    pub fn deadline_exceeded(&self) {
        self.lock().record(&table::DEADLINE_EXCEEDED, None, 1.0);
    }

    /// Counts one question to the knowledge base, and whether anything answers it.
    pub fn question(&self, is_found: bool) {
        let not_found = if is_found { 0.0 } else { 100.0 };
        self.lock().record(&table::NOT_FOUND_RATE, None, not_found);
    }

    /// Counts one answer, or failure to answer, of the system `name`.
    pub fn backend(&self, name: impl Into<Label>, elapsed: Duration) {
        let (name, elapsed) = (Some(name.into()), milliseconds(elapsed));
        self.lock().record(&table::BACKEND_LATENCY, name, elapsed);
    }

    /// The same of a vendor, and how it ended.
    pub fn vendor(&self, name: impl Into<Label>, outcome: Outcome, elapsed: Duration) {
        let name = name.into();
        self.backend(name.clone(), elapsed);
        let failed = f64::from(u8::from(outcome == Outcome::Failure));
        self.lock()
            .record(&table::BACKEND_FAILURES, Some(name), failed);
    }

    /// Whether a vendor is left alone for a while, as was found when it was to be asked last.
    pub fn circuit(&self, vendor: &'static str, is_open: bool) {
        self.lock().counts.circuits_open.insert(vendor, is_open);
    }

    /// Counts one reading of the secrets from their store.
    pub fn secret_refresh(&self, outcome: Outcome) {
        let mut state = self.lock();
        state.record(&table::SECRET_REFRESHES, None, 1.0);
        state.record(&table::SECRET_REFRESH_FAILURES, None, failures(outcome));
    }

    /// Counts the start of an execution environment that took `init` to become ready.
    pub fn cold_start(&self, init: Duration) {
        let mut state = self.lock();
        state.counts.cold_starts += 1;
        state.record(&table::COLD_START, None, 1.0);
        state.record(&table::INIT_DURATION, None, milliseconds(init));
    }

    /// Counts one event from a platform of functions.
    pub fn invocation(&self) {
        self.lock().counts.invocations += 1;
    }

    /// Takes what was measured since the last call, and with it how old the corpus is; nothing where nothing was measured, or
    /// measurements are not kept.
    #[must_use]
    pub fn drain(&self, corpus_age: Option<Duration>) -> Vec<Datum> {
        let mut state = self.lock();
        let Some(recorder) = state.recorder.as_mut().filter(|kept| !kept.is_empty()) else {
            return Vec::new();
        };
        if let Some(age) = corpus_age {
            recorder.add(&table::CORPUS_AGE, None, seconds(age));
        }
        recorder.drain()
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
        lock(&self.state)
    }
}

impl State {
    fn record(&mut self, metric: &'static Metric, label: Option<Label>, value: f64) {
        if let Some(recorder) = &mut self.recorder {
            recorder.add(metric, label, value);
        }
    }
}

const fn successes(outcome: Outcome) -> f64 {
    match outcome {
        Outcome::Success => 1.0,
        Outcome::Failure => 0.0,
    }
}

const fn failures(outcome: Outcome) -> f64 {
    1.0 - successes(outcome)
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

    #[test]
    fn starts_and_events_are_counted() {
        let metrics = Metrics::new(Instant::now());
        metrics.cold_start(Duration::from_millis(12));
        metrics.invocation();
        metrics.invocation();
        let snapshot = metrics.snapshot(Instant::now());
        assert_eq!((snapshot.cold_starts, snapshot.invocations), (1, 2));
    }

    #[test]
    fn the_table_is_all_that_can_be_measured() {
        let metrics = Metrics::recording(Instant::now());
        metrics.request(Instant::now(), Outcome::Success, Duration::ZERO);
        metrics.tool("t", Outcome::Success, Duration::ZERO);
        metrics.deadline_exceeded();
        metrics.question(true);
        metrics.vendor("store", Outcome::Failure, Duration::ZERO);
        metrics.secret_refresh(Outcome::Success);
        metrics.cold_start(Duration::ZERO);
        let mut measured: Vec<_> = metrics
            .drain(Some(Duration::ZERO))
            .iter()
            .map(|datum| datum.metric.name)
            .collect();
        measured.sort_unstable();
        let mut listed: Vec<_> = METRICS.iter().map(|metric| metric.name).collect();
        listed.sort_unstable();
        assert_eq!(measured, listed);
    }

    #[test]
    fn measurements_add_up_by_name_and_label() {
        let metrics = Metrics::recording(Instant::now());
        for tool in ["a", "b", "a", "a"] {
            metrics.tool(tool, Outcome::Success, Duration::from_millis(5));
        }
        metrics.tool("a", Outcome::Failure, Duration::from_millis(3));
        let data = metrics.drain(None);
        let of = |name, label| {
            let found = data
                .iter()
                .find(|datum| datum.metric.name == name && datum.label.as_deref() == Some(label));
            let samples = &found.expect("measured").samples;
            samples
                .iter()
                .map(|sample| (sample.value, sample.count))
                .collect::<Vec<_>>()
        };
        assert_eq!(of("ToolUsage", "a"), [(1.0, 4)]);
        assert_eq!(of("ToolUsage", "b"), [(1.0, 1)]);
        assert_eq!(of("ToolDuration", "a"), [(3.0, 1), (5.0, 3)]);
        assert_eq!(of("ToolFailures", "a"), [(0.0, 3), (1.0, 1)]);
    }

    #[test]
    fn what_was_drained_is_not_drained_again() {
        let metrics = Metrics::recording(Instant::now());
        metrics.deadline_exceeded();
        assert_eq!(metrics.drain(None).len(), 1);
        assert_eq!(metrics.drain(None).len(), 0);
    }

    #[test]
    fn counters_alone_keep_no_measurements() {
        let metrics = Metrics::new(Instant::now());
        metrics.deadline_exceeded();
        assert_eq!(metrics.drain(Some(Duration::ZERO)).len(), 0);
    }

    #[test]
    fn the_share_of_questions_not_found_and_the_age_of_the_corpus_are_measured() {
        let metrics = Metrics::recording(Instant::now());
        assert_eq!(metrics.drain(Some(Duration::from_secs(60))).len(), 0);
        metrics.question(true);
        metrics.question(false);
        metrics.question(true);
        let data = metrics.drain(Some(Duration::from_secs(86_400)));
        let told: Vec<_> = data
            .iter()
            .map(|datum| (datum.metric.name, datum.samples.as_slice()))
            .collect();
        let sample = |value, count| Sample { value, count };
        assert_eq!(
            told,
            [
                ("NotFoundRate", &[sample(0.0, 2), sample(100.0, 1)][..]),
                ("CorpusAge", &[sample(86_400.0, 1)]),
            ]
        );
    }
}
