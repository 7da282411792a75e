use crate::ingest::Skipped;

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Walking folders and histories.
    Looking,
    Reading,
    /// Writing the corpus: from here on nothing can be skipped any more.
    Writing,
}

/// Someone who watches a run.
pub trait Progress {
    /// How many files, mailboxes, exports and commits this run will look at.
    fn total(&mut self, files: u64);
    fn file(&mut self, path: &str);
    fn skipped(&mut self, skipped: &Skipped);
    fn phase(&mut self, phase: Phase);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn total(&mut self, _files: u64) {}
    fn file(&mut self, _path: &str) {}
    fn skipped(&mut self, _skipped: &Skipped) {}
    fn phase(&mut self, _phase: Phase) {}
}
