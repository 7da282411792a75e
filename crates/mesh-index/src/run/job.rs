use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::fingerprint::Verdict;
use crate::ingest::walk::FoundFile;
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
        found: Box<FoundFile>,
        /// What was known before, and how many passages it gave.
        verdict: Verdict,
        passages: u64,
        repository: String,
        omitted: Vec<Omitted>,
    },
    Commit {
        repository: PathBuf,
    },
}

/// A message that is not to be read, by the line of the file on which it begins: its reader did not survive it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Omitted {
    pub(super) line: u32,
    pub(super) reason: SkipReason,
}

/// What a worker hands on about one job, in this order: `Begin`, any number of `Part` and `Message`, then one `End`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Delivery {
    /// It is new or has changed; this is how it is known from now on.
    Begin {
        fingerprint: String,
    },
    Part(Vec<Record>),
    /// The message on this line is read now.
    Message {
        line: u32,
    },
    End(End),
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum End {
    Read {
        bytes: u64,
        notes: Notes,
    },
    Unchanged,
    /// It looks otherwise than it did, and its content is the same: this is how it is known from now on.
    Confirmed {
        fingerprint: String,
    },
    Skipped(SkipReason),
}
