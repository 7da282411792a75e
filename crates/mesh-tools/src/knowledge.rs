//! Documents: asking them, and quoting them.

mod answer;
mod cache;
mod citation;
mod fused;
mod index;
mod knowledge_answer;
mod miss;
mod query_aoma_knowledge;
mod remote;
mod retrieve;
mod synthesis;

pub use citation::Citation;
pub use fused::fused;
pub use query_aoma_knowledge::QueryAomaKnowledge;

pub(crate) use cache::AnswerCache;
pub(crate) use citation::document_uri;
pub(crate) use remote::{in_database, in_vector_store};
