//! The forward pass: embeddings, then layers of attention and feed-forward, each added to what came in and normalised.

mod activation;
mod attention;
mod linear;
mod norm;

use crate::model::Model;
use crate::simd::widest;

pub(crate) use linear::{Linear, PANEL};
pub(crate) use norm::Norm;

/// One layer's weights.
#[derive(Debug)]
pub(crate) struct Layer {
    /// Query, key and value, one below the other.
    pub(crate) attention: Linear,
    pub(crate) attention_out: Linear,
    pub(crate) attention_norm: Norm,
    pub(crate) feed_forward: Linear,
    pub(crate) feed_forward_out: Linear,
    pub(crate) feed_forward_norm: Norm,
}

/// The last layer's vectors, one after the other, for each of `pieces`.
pub(crate) fn forward(model: &Model, pieces: &[u16]) -> Vec<f32> {
    let mut state = embed(model, pieces);
    for layer in model.layers() {
        let joint = layer.attention.apply(model.bytes(), &state);
        let attended = attention::attend(&joint, model.shape());
        let out = layer.attention_out.apply(model.bytes(), &attended);
        add_and_norm(&mut state, &out, &layer.attention_norm);

        let mut wide = layer.feed_forward.apply(model.bytes(), &state);
        widest(activation::Gelu(&mut wide));
        let out = layer.feed_forward_out.apply(model.bytes(), &wide);
        add_and_norm(&mut state, &out, &layer.feed_forward_norm);
    }
    state
}

fn embed(model: &Model, pieces: &[u16]) -> Vec<f32> {
    let width = model.shape().width;
    let mut state = Vec::with_capacity(pieces.len() * width);
    for (piece, position) in pieces.iter().zip(model.positions().chunks_exact(width)) {
        let (scale, word) = model.word(*piece);
        let word = word.iter().map(|value| f32::from(*value as i8) * scale);
        state.extend(word.zip(position).map(|(word, position)| word + position));
    }
    model.norm().apply(&mut state);
    state
}

fn add_and_norm(state: &mut [f32], out: &[f32], norm: &Norm) {
    for (value, added) in state.iter_mut().zip(out) {
        *value += added;
    }
    norm.apply(state);
}
