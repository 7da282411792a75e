use std::ops::Range;

use pulp::{Simd, WithSimd};

use crate::simd::widest;

/// How many outputs are computed side by side: two registers of AVX2, one of AVX-512, four of NEON.
pub(crate) const PANEL: usize = 16;

/// How many rows share a pass over a panel: with two registers for each, AVX2 has four left for the rest.
const ROWS: usize = 6;

/// How many inputs of a panel are widened at a time: 24 kB, which stay in the nearest cache while all rows pass.
const STRETCH: usize = 384;

/// A matrix of weights and a bias: for each row of numbers another.
#[derive(Debug)]
pub(crate) struct Linear {
    /// Where the weights are in the model's bytes: panel after panel, in each the [`PANEL`] signed bytes of the first input,
    /// then those of the second.
    pub(crate) weights: Range<usize>,
    /// One for each output.
    pub(crate) scales: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

impl Linear {
    pub(super) fn apply(&self, bytes: &[u8], rows: &[f32]) -> Vec<f32> {
        let outputs = self.bias.len();
        let weights = &bytes[self.weights.clone()];
        let inputs = weights.len() / outputs;
        let mut out = Vec::with_capacity(rows.len() / inputs * outputs);
        for _ in rows.chunks_exact(inputs) {
            out.extend_from_slice(&self.bias);
        }
        let (scales, _) = self.scales.as_chunks::<PANEL>();
        let panels = weights.chunks_exact(inputs * PANEL).zip(scales);
        let mut widened = vec![0.0; STRETCH * PANEL];
        for (panel, (weights, scales)) in panels.enumerate() {
            for (stretch, weights) in weights.chunks(STRETCH * PANEL).enumerate() {
                widest(Products {
                    weights,
                    widened: &mut widened[..weights.len()],
                    scales,
                    rows: Rows {
                        values: rows,
                        width: inputs,
                        from: stretch * STRETCH,
                    },
                    out: &mut out,
                    outputs,
                    first: panel * PANEL,
                });
            }
        }
        out
    }
}

/// Work: to add to `out`, from the output `first` on, the products of the rows with some inputs of a panel.
struct Products<'a> {
    weights: &'a [u8],
    widened: &'a mut [f32],
    scales: &'a [f32; PANEL],
    rows: Rows<'a>,
    out: &'a mut [f32],
    outputs: usize,
    first: usize,
}

#[derive(Clone, Copy)]
struct Rows<'a> {
    values: &'a [f32],
    width: usize,
    /// The first input that counts.
    from: usize,
}

impl WithSimd for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (wide, weight) in self.widened.iter_mut().zip(self.weights) {
            *wide = f32::from(*weight as i8);
        }
        match PANEL / S::F32_LANES {
            1 => self.add::<S, 1>(simd),
            2 => self.add::<S, 2>(simd),
            4 => self.add::<S, 4>(simd),
            8 => self.add::<S, 8>(simd),
            _ => self.add::<S, 16>(simd),
        }
    }
}

impl Products<'_> {
    /// With as many registers for a panel as it takes.
    #[inline(always)]
    fn add<S: Simd, const REGISTERS: usize>(self, simd: S) {
        let (weights, _) = S::as_simd_f32s(self.widened);
        let (weights, _) = weights.as_chunks::<REGISTERS>();
        let (scales, _) = S::as_simd_f32s(self.scales);
        let whole = self.out.len() / self.outputs / ROWS * ROWS;
        let (blocks, singles) = self.out.split_at_mut(whole * self.outputs);
        let blocks = blocks.chunks_exact_mut(ROWS * self.outputs);
        for (block, out) in blocks.enumerate() {
            let sums = sums::<S, REGISTERS, ROWS>(simd, weights, self.rows, block * ROWS);
            for (out, sums) in out.chunks_exact_mut(self.outputs).zip(sums) {
                add_scaled(simd, &mut out[self.first..][..PANEL], &sums, scales);
            }
        }
        for (row, out) in singles.chunks_exact_mut(self.outputs).enumerate() {
            let [sums] = sums::<S, REGISTERS, 1>(simd, weights, self.rows, whole + row);
            add_scaled(simd, &mut out[self.first..][..PANEL], &sums, scales);
        }
    }
}

/// For each of `N` rows the sums of its products with each of a panel's outputs.
#[inline(always)]
fn sums<S: Simd, const REGISTERS: usize, const N: usize>(
    simd: S,
    weights: &[[S::f32s; REGISTERS]],
    rows: Rows<'_>,
    first: usize,
) -> [[S::f32s; REGISTERS]; N] {
    let rows: [&[f32]; N] = std::array::from_fn(|row| {
        &rows.values[(first + row) * rows.width + rows.from..][..weights.len()]
    });
    let mut sums = [[simd.splat_f32s(0.0); REGISTERS]; N];
    for (input, weights) in weights.iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(rows) {
            let value = simd.splat_f32s(row[input]);
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum = simd.mul_add_f32s(value, *weight, *sum);
            }
        }
    }
    sums
}

#[inline(always)]
fn add_scaled<S: Simd>(simd: S, out: &mut [f32], sums: &[S::f32s], scales: &[S::f32s]) {
    let (out, _) = S::as_mut_simd_f32s(out);
    for ((out, sum), scale) in out.iter_mut().zip(sums).zip(scales) {
        *out = simd.mul_add_f32s(*sum, *scale, *out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each output is a multiple of one input, chosen by its number, plus its own number.
    #[test]
    fn every_output_is_the_sum_of_products_and_its_bias() {
        let (inputs, outputs, rows) = (STRETCH + 5, 2 * PANEL, ROWS + 3);
        let chosen = |output: usize| (output * 13 + 7) % inputs;
        let mut bytes = vec![0; inputs * outputs];
        for output in 0..outputs {
            let at = output / PANEL * inputs * PANEL + chosen(output) * PANEL + output % PANEL;
            bytes[at] = (-(output as i8)) as u8;
        }
        let linear = Linear {
            weights: 0..bytes.len(),
            scales: vec![0.5; outputs],
            bias: (0..outputs).map(|output| output as f32).collect(),
        };
        let given: Vec<f32> = (0..rows * inputs).map(|at| (at % 97) as f32).collect();
        let out = linear.apply(&bytes, &given);
        for (row, out) in out.chunks_exact(outputs).enumerate() {
            for (output, value) in out.iter().enumerate() {
                let input = given[row * inputs + chosen(output)];
                assert_eq!(*value, output as f32 - 0.5 * output as f32 * input);
            }
        }
    }
}
