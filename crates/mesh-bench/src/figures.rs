use std::time::Duration;

/// How values of several rounds stand to those of another in the same rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ratios {
    pub(crate) quarter: f64,
    pub(crate) median: f64,
    pub(crate) three_quarters: f64,
}

pub(crate) fn ratios(values: &[Duration], base: &[Duration]) -> Ratios {
    let rounds = values.iter().zip(base);
    let mut ratios: Vec<f64> = rounds
        .map(|(value, base)| value.as_secs_f64() / base.as_secs_f64())
        .collect();
    ratios.sort_unstable_by(f64::total_cmp);
    Ratios {
        quarter: at(&ratios, 0.25),
        median: at(&ratios, 0.5),
        three_quarters: at(&ratios, 0.75),
    }
}

pub(crate) fn quantile(times: &[Duration], share: f64) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    at(&times, share)
}

/// The value of nearest rank; the default of nothing.
fn at<T: Copy + Default>(sorted: &[T], share: f64) -> T {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

pub(crate) fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(milliseconds: impl IntoIterator<Item = u64>) -> Vec<Duration> {
        milliseconds
            .into_iter()
            .map(Duration::from_millis)
            .collect()
    }

    #[test]
    fn a_quantile_is_of_sorted_times() {
        let times = times((1..=100).rev());
        assert_eq!(quantile(&times, 0.5), Duration::from_millis(50));
        assert_eq!(quantile(&times, 0.99), Duration::from_millis(99));
        assert_eq!(quantile(&[], 0.5), Duration::ZERO);
    }

    #[test]
    fn a_ratio_compares_only_what_was_measured_together() {
        let ratios = ratios(&times([2, 20, 200, 3]), &times([1, 10, 100, 1]));
        assert_eq!((ratios.quarter, ratios.median), (2.0, 2.0));
        assert_eq!(ratios.three_quarters, 2.0);
    }
}
