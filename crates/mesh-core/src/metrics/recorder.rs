use super::datum::{Datum, Label};
use super::table::Metric;

/// What was measured since the last drain. Its size is bounded by the table, the labels, and the values that a rounded
/// duration can have; at most times it holds a handful.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    data: Vec<Datum>,
}

impl Recorder {
    pub(super) fn add(&mut self, metric: &'static Metric, label: Option<Label>, value: f64) {
        // A search from the front: faster than hashing for the few that one request brings.
        let place = self
            .data
            .iter()
            .position(|datum| datum.is_of(metric, label.as_ref()))
            .unwrap_or_else(|| {
                self.data.push(Datum::new(metric, label));
                self.data.len() - 1
            });
        self.data[place].add(value);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    pub(super) fn drain(&mut self) -> Vec<Datum> {
        std::mem::take(&mut self.data)
    }
}
