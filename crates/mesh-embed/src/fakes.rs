//! A model of random weights and few words: texts that share words are near each other, and nothing else is true of it.

use crate::model::{LayerWeights, MAX_PIECES, NormWeights, Shape, Weights};
use crate::vector::DIMENSIONS;

const SHAPE: Shape = Shape {
    width: DIMENSIONS,
    heads: 4,
    layers: 1,
    feed_forward: 16,
};

const WORDS: &str = "the a dog cat barks sleeps red white wine glass bottle server stops starts shut down graceful \
                     shutdown kill signal upload file large fails";

/// The bytes of the model, the same each time.
#[must_use]
pub fn model() -> Vec<u8> {
    let mut random = Random(1);
    let letters = ('a'..='z').flat_map(|letter| [letter.to_string(), format!("##{letter}")]);
    let pieces = ["[UNK]", "[CLS]", "[SEP]"].map(str::to_owned);
    let words = WORDS
        .split_whitespace()
        .filter(|word| word.len() > 1)
        .map(str::to_owned);
    let vocabulary: Vec<String> = pieces.into_iter().chain(words).chain(letters).collect();
    let width = SHAPE.width;
    Weights {
        shape: SHAPE,
        words: random.numbers(vocabulary.len() * width, 1.0),
        vocabulary: vocabulary.join("\n"),
        positions: random.numbers(MAX_PIECES * width, 0.05),
        norm: norm(),
        layers: vec![LayerWeights {
            attention: random.linear(width, 3 * width),
            attention_out: random.linear(width, width),
            attention_norm: norm(),
            feed_forward: random.linear(width, SHAPE.feed_forward),
            feed_forward_out: random.linear(SHAPE.feed_forward, width),
            feed_forward_norm: norm(),
        }],
    }
    .to_bytes()
}

fn norm() -> NormWeights {
    NormWeights {
        stretch: vec![1.0; SHAPE.width],
        shift: vec![0.0; SHAPE.width],
    }
}

struct Random(u32);

impl Random {
    fn linear(&mut self, inputs: usize, outputs: usize) -> (Vec<f32>, Vec<f32>) {
        (
            self.numbers(inputs * outputs, 0.02),
            self.numbers(outputs, 0.02),
        )
    }

    fn numbers(&mut self, count: usize, size: f32) -> Vec<f32> {
        let mut next = || {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            size * ((self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0)
        };
        (0..count).map(|_| next()).collect()
    }
}
