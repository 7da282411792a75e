use pulp::NullaryFnOnce;

use crate::embedding::Embedding;
use crate::simd::widest;

/// How many numbers an embedding has. All are kept: docs/decisions/0007 has what fewer cost.
pub const DIMENSIONS: usize = 384;

/// An embedding as it is kept: eight bits for each number, and one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    pub scale: f32,
    pub values: [i8; DIMENSIONS],
}

impl Vector {
    #[must_use]
    pub fn of(embedding: &Embedding) -> Self {
        let exact = embedding.as_slice();
        let largest = exact
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        let scale = largest.max(f32::MIN_POSITIVE) / 127.0;
        let mut values = [0; DIMENSIONS];
        for (value, exact) in values.iter_mut().zip(exact) {
            *value = (exact / scale).round() as i8;
        }
        Self { scale, values }
    }

    #[must_use]
    pub fn similarity(&self, other: &Self) -> f32 {
        Scanned::new(self).similarity(other.scale, &other.values.map(|value| value as u8))
    }
}

/// A vector that many kept ones are compared with.
#[derive(Clone, Debug)]
pub struct Scanned {
    scale: f32,
    values: [i16; DIMENSIONS],
}

impl Scanned {
    #[must_use]
    pub fn new(vector: &Vector) -> Self {
        Self {
            scale: vector.scale,
            values: vector.values.map(i16::from),
        }
    }

    /// The similarity to one kept vector: its scale, and its values as the bytes of a file.
    #[must_use]
    pub fn similarity(&self, scale: f32, values: &[u8; DIMENSIONS]) -> f32 {
        dot(&self.values, values) as f32 * self.scale * scale
    }

    /// The similarities to many, one after the other: `values` holds [`DIMENSIONS`] bytes for each of `scales`.
    pub fn similarities(&self, scales: &[f32], values: &[u8], mut seen: impl FnMut(usize, f32)) {
        for (at, (scales, values)) in scales
            .chunks(AT_ONCE)
            .zip(values.chunks(AT_ONCE * DIMENSIONS))
            .enumerate()
        {
            let mut similarities = [0.0; AT_ONCE];
            widest(Scan {
                query: self,
                scales,
                values,
                similarities: &mut similarities,
            });
            for (row, similarity) in similarities.iter().take(scales.len()).enumerate() {
                seen(at * AT_ONCE + row, *similarity);
            }
        }
    }
}

/// How many vectors are compared before anyone hears of it.
const AT_ONCE: usize = 256;

struct Scan<'a> {
    query: &'a Scanned,
    scales: &'a [f32],
    values: &'a [u8],
    similarities: &'a mut [f32],
}

impl NullaryFnOnce for Scan<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (rows, _) = self.values.as_chunks::<DIMENSIONS>();
        for ((row, scale), similarity) in rows.iter().zip(self.scales).zip(self.similarities) {
            *similarity = dot(&self.query.values, row) as f32 * self.query.scale * scale;
        }
    }
}

#[inline(always)]
fn dot(a: &[i16; DIMENSIONS], b: &[u8; DIMENSIONS]) -> i32 {
    let mut sum = 0;
    for (a, b) in a.iter().zip(b) {
        sum += i32::from(*a) * i32::from(*b as i8);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedding(seed: u32) -> Embedding {
        let mut state = seed;
        let values: Vec<f32> = (0..384)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 23) as f32 - 1.0
            })
            .collect();
        Embedding::mean(&values, 384)
    }

    #[test]
    fn a_vector_is_most_similar_to_itself() {
        let vector = Vector::of(&embedding(7));
        assert!((vector.similarity(&vector) - 1.0).abs() < 0.01);
        assert!(vector.similarity(&Vector::of(&embedding(8))) < 0.3);
    }

    #[test]
    fn eight_bits_change_a_similarity_by_less_than_a_hundredth() {
        let (a, b) = (embedding(1), embedding(2));
        let similarity = a.similarity(&b);
        let kept = Vector::of(&a).similarity(&Vector::of(&b));
        assert!((kept - similarity).abs() < 0.01, "{kept} for {similarity}");
    }

    #[test]
    fn a_scan_sees_what_each_comparison_does() {
        let query = Vector::of(&embedding(1));
        let kept: Vec<Vector> = (2..40).map(|seed| Vector::of(&embedding(seed))).collect();
        let scales: Vec<f32> = kept.iter().map(|one| one.scale).collect();
        let values: Vec<u8> = kept
            .iter()
            .flat_map(|one| one.values.map(|v| v as u8))
            .collect();
        let mut seen = Vec::new();
        Scanned::new(&query).similarities(&scales, &values, |_, similarity| seen.push(similarity));
        let each: Vec<f32> = kept.iter().map(|one| query.similarity(one)).collect();
        assert_eq!(seen, each);
    }

    #[test]
    fn an_embedding_of_nothing_is_similar_to_nothing() {
        let nothing = Vector::of(&Embedding::mean(&[], 384));
        assert_eq!(nothing.similarity(&Vector::of(&embedding(1))), 0.0);
    }
}
