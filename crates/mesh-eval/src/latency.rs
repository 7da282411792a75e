use std::time::Duration;

/// How long calls took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Latency {
    pub mean_ms: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Latency {
    #[must_use]
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
        let at = |share: f64| {
            let index = (share * times.len() as f64) as usize;
            let time = times.get(index.min(times.len().saturating_sub(1)));
            milliseconds(time.copied().unwrap_or_default())
        };
        let sum: Duration = times.iter().sum();
        Self {
            mean_ms: milliseconds(sum) / times.len().max(1) as f64,
            p50_ms: at(0.5),
            p99_ms: at(0.99),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_sorted_times() {
        let times: Vec<_> = (1..=100).rev().map(Duration::from_millis).collect();
        let latency = Latency::of(times);
        assert_eq!(
            (latency.mean_ms, latency.p50_ms, latency.p99_ms),
            (50.5, 51.0, 100.0)
        );
    }
}
