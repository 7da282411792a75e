//! Measurements of `mesh-index` on a real corpus with human judgements: an HTML manual and its book index, in which every
//! entry is a question and the pages it points to are the answer.

pub mod bookindex;
pub mod bulk;
pub mod contestant;
pub mod half;
pub mod latency;
pub mod machine;
pub mod manual;
pub mod quality;
pub mod questions;
