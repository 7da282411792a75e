use std::ops::Range;

use pulp::NullaryFnOnce;

use super::activation::softmax;
use crate::model::Shape;
use crate::simd::widest;

/// For each token the values of all, weighted by how well its query meets their keys, in each head on its own. `joint`
/// holds query, key and value of a token side by side.
pub(super) fn attend(joint: &[f32], shape: Shape) -> Vec<f32> {
    let tokens = joint.len() / (3 * shape.width);
    let mut out = vec![0.0; tokens * shape.width];
    for head in 0..shape.heads {
        widest(Head {
            joint,
            width: shape.width,
            numbers: head * shape.head()..(head + 1) * shape.head(),
            out: &mut out,
        });
    }
    out
}

struct Head<'a> {
    joint: &'a [f32],
    width: usize,
    /// Which of a token's numbers are this head's.
    numbers: Range<usize>,
    out: &'a mut [f32],
}

impl NullaryFnOnce for Head<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let keys = self.keys();
        let tokens = self.out.len() / self.width;
        let mut scores = vec![0.0; tokens];
        let rows = self.joint.chunks_exact(3 * self.width);
        for (row, out) in rows.clone().zip(self.out.chunks_exact_mut(self.width)) {
            scores.fill(0.0);
            let query = &row[self.numbers.clone()];
            for (query, keys) in query.iter().zip(keys.chunks_exact(tokens)) {
                add_scaled(&mut scores, *query, keys);
            }
            softmax(&mut scores);
            let out = &mut out[self.numbers.clone()];
            for (score, row) in scores.iter().zip(rows.clone()) {
                add_scaled(out, *score, &row[2 * self.width..][self.numbers.clone()]);
            }
        }
    }
}

impl Head<'_> {
    /// The first number of every token's key, then the second: a query meets all of them at once.
    #[inline(always)]
    fn keys(&self) -> Vec<f32> {
        let tokens = self.out.len() / self.width;
        let scale = 1.0 / (self.numbers.len() as f32).sqrt();
        let mut keys = vec![0.0; self.numbers.len() * tokens];
        for (token, row) in self.joint.chunks_exact(3 * self.width).enumerate() {
            let key = &row[self.width..][self.numbers.clone()];
            for (number, key) in key.iter().enumerate() {
                keys[number * tokens + token] = key * scale;
            }
        }
        keys
    }
}

#[inline(always)]
fn add_scaled(sum: &mut [f32], factor: f32, values: &[f32]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum = factor.mul_add(*value, *sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_takes_the_value_of_the_key_that_its_query_meets() {
        let shape = Shape {
            width: 2,
            heads: 1,
            ..Shape::default()
        };
        // Two tokens; the query of each meets the key of the other.
        let joint = [
            90.0, 0.0, 0.0, 90.0, 1.0, 2.0, 0.0, 90.0, 90.0, 0.0, 3.0, 4.0,
        ];
        assert_eq!(attend(&joint, shape), [3.0, 4.0, 1.0, 2.0]);
    }

    #[test]
    fn keys_that_are_alike_share_the_attention() {
        let shape = Shape {
            width: 2,
            heads: 2,
            ..Shape::default()
        };
        let joint = [1.0, 1.0, 1.0, 1.0, 2.0, 4.0, 1.0, 1.0, 1.0, 1.0, 4.0, 8.0];
        assert_eq!(attend(&joint, shape), [3.0, 6.0, 3.0, 6.0]);
    }
}
