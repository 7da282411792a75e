//! How text becomes terms: the same for what is indexed and for what is asked.

mod chunk;
mod language;
mod stopwords;
mod tokenizer;
mod words;

pub use language::{Language, language_names, parse_language};

pub(crate) use chunk::{chunk_ranges, chunks};
pub(crate) use stopwords::StopWords;
pub(crate) use tokenizer::{Analyzer, Token, register};

/// The name under which the analysis is registered with tantivy.
pub(crate) const TOKENIZER: &str = "mesh";
