//! How text becomes terms: the same for what is indexed and for what is asked.

mod chunk;
mod fold;
mod humps;
mod language;
mod letters;
mod stopwords;
mod style;
mod tokenizer;
mod words;

pub use language::{Language, language_names, parse_language};

pub(crate) use chunk::{chunk_ranges, chunks, is_path_separator};
pub(crate) use stopwords::StopWords;
pub(crate) use style::Style;
pub(crate) use tokenizer::{Analyzer, Token, register};
