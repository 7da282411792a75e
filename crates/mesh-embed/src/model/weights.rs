use sha2::{Digest as _, Sha256};

use super::{MAGIC, MAX_PIECES, Shape};
use crate::network::PANEL;

/// A model's weights as they were trained, row by row.
#[derive(Debug)]
pub(crate) struct Weights {
    pub(crate) shape: Shape,
    pub(crate) vocabulary: String,
    pub(crate) words: Vec<f32>,
    /// With the vector of the only type of text added: as many rows as are used, or more.
    pub(crate) positions: Vec<f32>,
    pub(crate) norm: NormWeights,
    pub(crate) layers: Vec<LayerWeights>,
}

#[derive(Debug)]
pub(crate) struct NormWeights {
    pub(crate) stretch: Vec<f32>,
    pub(crate) shift: Vec<f32>,
}

/// Each matrix with its bias.
#[derive(Debug)]
pub(crate) struct LayerWeights {
    pub(crate) attention: (Vec<f32>, Vec<f32>),
    pub(crate) attention_out: (Vec<f32>, Vec<f32>),
    pub(crate) attention_norm: NormWeights,
    pub(crate) feed_forward: (Vec<f32>, Vec<f32>),
    pub(crate) feed_forward_out: (Vec<f32>, Vec<f32>),
    pub(crate) feed_forward_norm: NormWeights,
}

impl Weights {
    /// The bytes that [`super::Model::from_bytes`] reads.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut content = Vec::new();
        let Shape {
            width,
            heads,
            layers,
            feed_forward,
        } = self.shape;
        for size in [width, heads, layers, feed_forward, self.vocabulary.len()] {
            let size = u32::try_from(size).expect("a model's sizes are small");
            content.extend(size.to_le_bytes());
        }
        content.extend(self.vocabulary.as_bytes());
        let (values, scales) = quantized(&self.words, width);
        content.extend(values.iter().map(|value| *value as u8));
        put_floats(&mut content, &scales);
        put_floats(&mut content, &self.positions[..MAX_PIECES * width]);
        put_norm(&mut content, &self.norm);
        for layer in &self.layers {
            put_linear(&mut content, &layer.attention);
            put_linear(&mut content, &layer.attention_out);
            put_norm(&mut content, &layer.attention_norm);
            put_linear(&mut content, &layer.feed_forward);
            put_linear(&mut content, &layer.feed_forward_out);
            put_norm(&mut content, &layer.feed_forward_norm);
        }
        let sum = Sha256::digest(&content);
        [MAGIC.as_slice(), &content, &sum].concat()
    }
}

fn put_linear(content: &mut Vec<u8>, (weights, bias): &(Vec<f32>, Vec<f32>)) {
    let inputs = weights.len() / bias.len();
    let (values, scales) = quantized(weights, inputs);
    for panel in values.chunks_exact(PANEL * inputs) {
        for input in 0..inputs {
            content.extend(
                panel
                    .iter()
                    .skip(input)
                    .step_by(inputs)
                    .map(|value| *value as u8),
            );
        }
    }
    put_floats(content, &scales);
    put_floats(content, bias);
}

fn put_norm(content: &mut Vec<u8>, norm: &NormWeights) {
    put_floats(content, &norm.stretch);
    put_floats(content, &norm.shift);
}

fn put_floats(content: &mut Vec<u8>, values: &[f32]) {
    content.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

/// Each row in eight bits, with the scale that gives it back.
fn quantized(rows: &[f32], width: usize) -> (Vec<i8>, Vec<f32>) {
    let mut values = Vec::with_capacity(rows.len());
    let mut scales = Vec::new();
    for row in rows.chunks_exact(width) {
        let largest = row
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        let scale = largest.max(f32::MIN_POSITIVE) / 127.0;
        values.extend(row.iter().map(|value| (value / scale).round() as i8));
        scales.push(scale);
    }
    (values, scales)
}
