//! `mesh-index` on corpora with human judgements: a manual and its book index, in which every entry is a question and the
//! pages it points to are the answer; and the judged sets kept in `sets/`.

mod archive;
pub(crate) mod bookindex;
pub(crate) mod bulk;
pub(crate) mod contestant;
pub(crate) mod documents;
mod fusion;
pub(crate) mod half;
mod kinds;
pub(crate) mod pages;
mod quality;
pub(crate) mod question;
pub(crate) mod records;
mod set;
mod unanswerable;
mod vectors;
