use std::collections::BTreeMap;

use crate::ingest::{Notes, Skipped};
use crate::store::SourceKind;

/// What a run found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// By kind of source; a kind without a source in this run is absent.
    pub counts: BTreeMap<SourceKind, SourceCount>,
    /// Files of kinds that are not looked for, by the kind of source and their extension, in lower case.
    pub others: BTreeMap<SourceKind, BTreeMap<String, u64>>,
    /// Everything that could not be read, in the order of the sources.
    pub skipped: Vec<Skipped>,
    /// What was read and not understood, and records that were left out, by the file they are in.
    pub notes: Vec<(String, Notes)>,
    /// Of the files read, before decoding; commits are not counted.
    pub bytes: u64,
}

impl Summary {
    /// Whether there is anything that could not be read: the next run tries again.
    #[must_use]
    pub fn has_skipped(&self) -> bool {
        !self.skipped.is_empty() || self.notes.iter().any(|(_, notes)| notes.skipped() > 0)
    }
}

/// Files, or commits where the source is a repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceCount {
    pub read: u64,
    pub unchanged: u64,
    /// Deleted, ignored or unreadable since the last run.
    pub removed: u64,
    /// Files of a kind that is not looked for.
    pub other: u64,
    /// What the corpus now holds of the sources of this run.
    pub passages: u64,
}
