//! Measurements of `mesh-index` on corpora with human judgements: a manual and its book index, in which every entry is a
//! question and the pages it points to are the answer; and the judged sets of whole questions kept in `sets/`.

pub mod archive;
pub mod bookindex;
pub mod bulk;
pub mod contestant;
pub mod half;
pub mod kinds;
pub mod latency;
pub mod machine;
pub mod pages;
pub mod quality;
pub mod question;
pub mod set;
pub mod unanswerable;
pub mod vectors;
