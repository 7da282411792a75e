use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::fingerprint::Verdict;
use crate::ingest::walk::Found;
use crate::ingest::{Notes, SkipReason};
use crate::record::Record;
use crate::store::Source;

/// One thing to look at: a file, or a commit that is not in the corpus yet.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) source: Source,
    pub(super) path: String,
    /// The names of the parts into which it was put before.
    pub(super) parts: Vec<String>,
    pub(super) task: Task,
}

impl Job {
    /// Whether that can be told from outside.
    pub(super) fn is_unchanged(&self) -> bool {
        matches!(
            self.task,
            Task::File {
                verdict: Verdict::Unchanged,
                ..
            }
        )
    }
}

#[derive(Debug)]
pub(super) enum Task {
    File {
        found: Box<Found>,
        /// What was known before, and how many passages it gave.
        verdict: Verdict,
        passages: u64,
        repository: String,
    },
    Commit {
        repository: PathBuf,
    },
}

/// What a worker hands on about one job, in this order: `Begin`, any number of `Part`, then one `End`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Delivery {
    /// It is new or has changed; this is how it is known from now on.
    Begin {
        fingerprint: String,
    },
    Part(Vec<Record>),
    End(End),
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum End {
    Read { bytes: u64, notes: Notes },
    Unchanged,
    Skipped(SkipReason),
}
