mod reader;
#[cfg(any(feature = "convert", feature = "fakes"))]
mod weights;

use std::fmt;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

use crate::embedding::Embedding;
use crate::network::{Layer, Norm, forward};
use crate::wordpiece::WordPiece;
use reader::Reader;

#[cfg(any(feature = "convert", feature = "fakes"))]
pub(crate) use weights::{LayerWeights, NormWeights, Weights};

/// Counts up with every change of what the bytes mean.
const MAGIC: &[u8; 8] = b"MESHEMB\x01";

/// The first pieces of a text are read, its two marks included. Twice as many cost twice the time.
pub(crate) const MAX_PIECES: usize = 128;

/// The sizes of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Numbers for each token.
    pub(crate) width: usize,
    pub(crate) heads: usize,
    pub(crate) layers: usize,
    /// Numbers for each token in the middle of a layer.
    pub(crate) feed_forward: usize,
}

impl Shape {
    pub(crate) fn head(self) -> usize {
        self.width / self.heads
    }
}

/// Why bytes are no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("this is no model of this version; index again with `--vectors`")]
    Unknown,
    #[error("the model is damaged; index again with `--vectors`")]
    Damaged,
}

/// A model in memory. Its weights stay the bytes they came as.
pub struct Model {
    bytes: Vec<u8>,
    digest: [u8; 32],
    shape: Shape,
    words: WordPiece,
    word_values: Range<usize>,
    word_scales: Vec<f32>,
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

impl Model {
    /// # Errors
    /// Where the bytes are no model of this version, or a damaged one.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, ModelError> {
        let content = bytes.strip_prefix(MAGIC).ok_or(ModelError::Unknown)?;
        let (content, sum) = content
            .split_last_chunk::<32>()
            .ok_or(ModelError::Damaged)?;
        let digest: [u8; 32] = Sha256::digest(content).into();
        if digest != *sum {
            return Err(ModelError::Damaged);
        }
        let end = MAGIC.len() + content.len();
        let mut reader = Reader::new(&bytes[..end], MAGIC.len());
        let shape = reader.shape().ok_or(ModelError::Damaged)?;
        let (words, count) = reader.vocabulary().ok_or(ModelError::Damaged)?;
        let mut read = || -> Option<_> {
            let word_values = reader.range(count * shape.width)?;
            let word_scales = reader.floats(count)?;
            let positions = reader.floats(MAX_PIECES * shape.width)?;
            let norm = reader.norm(shape)?;
            let layers = (0..shape.layers)
                .map(|_| reader.layer(shape))
                .collect::<Option<_>>()?;
            reader
                .is_at_end()
                .then_some((word_values, word_scales, positions, norm, layers))
        };
        let (word_values, word_scales, positions, norm, layers) =
            read().ok_or(ModelError::Damaged)?;
        Ok(Self {
            digest,
            shape,
            words,
            word_values,
            word_scales,
            positions,
            norm,
            layers,
            bytes,
        })
    }

    /// What tells this model from others: the vectors of two models do not compare.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// A text's embedding, from its first 128 pieces.
    #[must_use]
    pub fn encode(&self, text: &str) -> Embedding {
        let pieces = self.words.pieces(text, MAX_PIECES);
        Embedding::mean(&forward(self, &pieces), self.shape.width)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    pub(crate) fn positions(&self) -> &[f32] {
        &self.positions
    }

    pub(crate) fn norm(&self) -> &Norm {
        &self.norm
    }

    pub(crate) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The scale and the values of a piece's vector.
    pub(crate) fn word(&self, piece: u16) -> (f32, &[u8]) {
        let piece = usize::from(piece);
        let start = self.word_values.start + piece * self.shape.width;
        (
            self.word_scales[piece],
            &self.bytes[start..][..self.shape.width],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes;

    #[test]
    fn what_is_like_has_a_vector_that_is_near() {
        let model = Model::from_bytes(fakes::model()).expect("is a model");
        let dog = model.encode("the dog barks");
        assert!(
            dog.similarity(&model.encode("a dog barks"))
                > dog.similarity(&model.encode("red wine"))
        );
        assert!((dog.similarity(&dog) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_text_counts_up_to_its_bound() {
        let model = Model::from_bytes(fakes::model()).expect("is a model");
        let bound = "dog ".repeat(MAX_PIECES - 2);
        assert_eq!(
            model.encode(&bound),
            model.encode(&(bound.clone() + "wine"))
        );
        assert_ne!(
            model.encode(&bound[4..]),
            model.encode(&(bound[4..].to_owned() + "wine"))
        );
    }

    #[test]
    fn a_model_with_a_changed_byte_is_damaged() {
        let mut bytes = fakes::model();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        assert_eq!(Model::from_bytes(bytes).err(), Some(ModelError::Damaged));
    }

    #[test]
    fn a_model_cut_anywhere_is_an_error() {
        let bytes = fakes::model();
        for length in (0..bytes.len()).step_by(997) {
            assert!(
                Model::from_bytes(bytes[..length].to_vec()).is_err(),
                "{length}"
            );
        }
    }

    #[test]
    fn something_else_is_no_model() {
        assert_eq!(
            Model::from_bytes(b"PK\x03\x04".to_vec()).err(),
            Some(ModelError::Unknown)
        );
    }
}
