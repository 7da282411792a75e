use mesh_index::ingest::Skipped;
use mesh_index::run::{Phase, Progress};

use crate::progress::Reporter;

/// Tells how far a run is. What was skipped is named by the summary.
#[derive(Debug)]
pub(super) struct Watcher(Reporter);

impl Watcher {
    pub(super) fn new() -> Self {
        Self(Reporter::new())
    }
}

impl Progress for Watcher {
    fn total(&mut self, files: u64) {
        self.0.expect_all(files);
    }

    fn file(&mut self, path: &str) {
        self.0.at(path);
        self.0.advance(1);
    }

    fn skipped(&mut self, _skipped: &Skipped) {}

    fn phase(&mut self, phase: Phase) {
        match phase {
            Phase::Looking => self.0.begin("looking for files"),
            Phase::Reading => self.0.begin_all("reading", 0),
            Phase::Writing => self.0.begin("writing the corpus"),
        }
    }
}
