//! Documents: asking them, and quoting them.

mod answer;
mod citation;
mod query_aoma_knowledge;

pub use citation::Citation;
pub use query_aoma_knowledge::QueryAomaKnowledge;

pub(crate) use citation::document_uri;
