use pulp::NullaryFnOnce;

use crate::simd::widest;

/// What keeps a variance of nothing from dividing by zero.
const EPSILON: f32 = 1e-12;

/// Layer normalisation: each row is brought to mean 0 and variance 1, then stretched and shifted.
#[derive(Debug)]
pub(crate) struct Norm {
    pub(crate) stretch: Vec<f32>,
    pub(crate) shift: Vec<f32>,
}

impl Norm {
    pub(crate) fn apply(&self, rows: &mut [f32]) {
        widest(Rows { norm: self, rows });
    }
}

struct Rows<'a> {
    norm: &'a Norm,
    rows: &'a mut [f32],
}

impl NullaryFnOnce for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Norm { stretch, shift } = self.norm;
        let width = stretch.len();
        for row in self.rows.chunks_exact_mut(width) {
            let mean = sum(row, |value| value) / width as f32;
            let variance = sum(row, |value| (value - mean) * (value - mean)) / width as f32;
            let factor = 1.0 / (variance + EPSILON).sqrt();
            for ((value, stretch), shift) in row.iter_mut().zip(stretch).zip(shift) {
                *value = (*value - mean) * factor * stretch + shift;
            }
        }
    }
}

/// Sixteen sums side by side, which a processor adds at once; one sum would be one addition after the other.
#[inline(always)]
fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; 16];
    let (whole, rest) = values.as_chunks::<16>();
    for values in whole {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += of(*value);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().map(|value| of(*value)).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_brought_to_mean_zero_and_variance_one_then_stretched_and_shifted() {
        let norm = Norm {
            stretch: vec![1.0, 2.0],
            shift: vec![0.0, 5.0],
        };
        let mut rows = [1.0, 3.0, -4.0, -8.0];
        norm.apply(&mut rows);
        assert_eq!(rows, [-1.0, 7.0, 1.0, 3.0]);
    }
}
