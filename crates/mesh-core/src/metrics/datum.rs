use std::borrow::Cow;
use std::time::Duration;

use super::table::Metric;

/// The name of a tool or of a backend.
pub type Label = Cow<'static, str>;

/// What was measured of one metric, under one label, since the last time it was asked for.
#[derive(Clone, Debug)]
pub struct Datum {
    pub metric: &'static Metric,
    /// Where the metric has such a dimension.
    pub label: Option<Label>,
    /// Ascending by value; no value twice.
    pub samples: Vec<Sample>,
}

/// A value, in its metric's unit, and how often it was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    pub value: f64,
    pub count: u64,
}

impl Datum {
    pub(super) const fn new(metric: &'static Metric, label: Option<Label>) -> Self {
        Self {
            metric,
            label,
            samples: Vec::new(),
        }
    }

    pub(super) fn is_of(&self, metric: &'static Metric, label: Option<&Label>) -> bool {
        std::ptr::eq(self.metric, metric) && self.label.as_ref() == label
    }

    pub(super) fn add(&mut self, value: f64) {
        let found = self
            .samples
            .binary_search_by(|sample| sample.value.total_cmp(&value));
        match found {
            Ok(place) => self.samples[place].count += 1,
            Err(place) => self.samples.insert(place, Sample { value, count: 1 }),
        }
    }
}

/// A duration in milliseconds, at most 1 % off, so that any number of them is some thousand distinct values.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    let micros = u32::try_from(duration.as_micros()).unwrap_or(u32::MAX);
    f64::from(rounded(micros)) / 1000.0
}

/// A duration in whole seconds: for what is measured once in a while.
pub(super) fn seconds(duration: Duration) -> f64 {
    f64::from(u32::try_from(duration.as_secs()).unwrap_or(u32::MAX))
}

/// To steps of 2, 5 or 10 in the first three digits: half a step is never more than a hundredth of the value.
fn rounded(number: u32) -> u32 {
    let scale = 10_u32.pow(number.checked_ilog10().unwrap_or(0).saturating_sub(2));
    let step = scale
        * match number / scale {
            0..100 => 1,
            100..250 => 2,
            250..500 => 5,
            _ => 10,
        };
    let rest = number % step;
    if rest * 2 < step {
        number - rest
    } else {
        number.saturating_add(step - rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_at_most_a_hundredth_off() {
        for micros in (0..60_000_000_u32).step_by(997) {
            let off = rounded(micros).abs_diff(micros);
            assert!(
                u64::from(off) * 100 <= u64::from(micros),
                "{micros} is off by {off}"
            );
        }
    }

    #[test]
    fn durations_of_any_length_are_few_values() {
        let mut values: Vec<_> = (0..30_000_000_u32).step_by(13).map(rounded).collect();
        values.dedup();
        assert!(values.len() < 1000, "{}", values.len());
        assert_eq!(rounded(u32::MAX), u32::MAX);
    }

    #[test]
    fn a_duration_reads_as_milliseconds() {
        assert_eq!(milliseconds(Duration::ZERO), 0.0);
        assert_eq!(milliseconds(Duration::from_micros(43)), 0.043);
        assert_eq!(milliseconds(Duration::from_micros(1_234)), 1.24);
        assert_eq!(milliseconds(Duration::from_millis(25_012)), 25_000.0);
    }
}
