use std::collections::BTreeMap;

use crate::ingest::Skipped;
use crate::store::SourceKind;

/// What a run found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// By kind of source; a kind without a source in this run is absent.
    pub counts: BTreeMap<SourceKind, Count>,
    /// Everything that could not be read, in the order of the sources.
    pub skipped: Vec<Skipped>,
    /// Of the files read, before decoding; commits are not counted.
    pub bytes: u64,
}

/// Files, or commits where the source is a repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub read: u64,
    pub unchanged: u64,
    /// Deleted, ignored or unreadable since the last run.
    pub removed: u64,
    /// Files of a kind that is not looked for.
    pub other: u64,
    /// What the corpus now holds of the sources of this run.
    pub passages: u64,
}
