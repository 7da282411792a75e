//! A vector for a text, so that texts that mean the same lie close together.
//!
//! MiniLM-L6-v2, a BERT of six layers, with weights of eight bits: [`Model::encode`] takes a text
//! through [`wordpiece`] and [`network`] to an [`Embedding`]; a [`Vector`] is what is kept of it. It knows no file and no
//! network: models come as bytes.

mod embedding;
#[cfg(feature = "fakes")]
pub mod fakes;
mod model;
mod network;
#[cfg(feature = "convert")]
pub mod package;
mod simd;
mod vector;
mod wordpiece;

pub use embedding::Embedding;
pub use model::{Model, ModelError};
pub use vector::{DIMENSIONS, Scanned, Vector};
