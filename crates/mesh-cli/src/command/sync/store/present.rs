use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Context as _;
use mesh_clients::openai::{FileStatus, OpenAiError, StoreFile};
use mesh_core::Deadline;
use serde_json::Value;

use super::super::retry::retried;
use super::{Store, TIMEOUT};

/// What a store holds.
#[derive(Debug, Default)]
pub(super) struct Present {
    by_path: BTreeMap<String, Vec<PresentFile>>,
    /// Files that this command has not put there.
    pub(super) foreign: u64,
}

#[derive(Debug)]
pub(super) struct PresentFile {
    pub(super) id: String,
    hash: String,
    pub(super) state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Searchable,
    /// It soon can be searched, or turns out to be unreadable.
    BeingRead,
    Unreadable,
}

impl State {
    pub(super) const fn of(status: FileStatus) -> Self {
        match status {
            FileStatus::Completed => Self::Searchable,
            FileStatus::InProgress => Self::BeingRead,
            FileStatus::Failed | FileStatus::Cancelled | FileStatus::Other => Self::Unreadable,
        }
    }
}

impl PresentFile {
    /// Which of a document's files has all of it as it is now: better one that can be searched than one that soon can be.
    pub(super) fn current(files: &[Self], hash: &str) -> Option<usize> {
        let of = |state| {
            let is_it = |file: &Self| file.state == state && file.hash == hash;
            files.iter().position(is_it)
        };
        of(State::Searchable).or_else(|| of(State::BeingRead))
    }
}

impl Present {
    pub(super) fn of_files(files: Vec<StoreFile>) -> Self {
        let mut present = Self::default();
        for file in files {
            present.add(file);
        }
        present
    }

    /// The files of a document: several, where a run ended before it took the old one away.
    pub(super) fn of(&mut self, path: &str) -> Option<Vec<PresentFile>> {
        self.by_path.remove(path)
    }

    /// The files of documents that nobody has asked for.
    pub(super) fn rest(self) -> impl Iterator<Item = (String, Vec<PresentFile>)> {
        self.by_path.into_iter()
    }

    fn add(&mut self, file: StoreFile) {
        let attribute = |name| file.attributes.get(name).and_then(Value::as_str);
        let (Some(path), Some(hash)) = (attribute("path"), attribute("hash")) else {
            self.foreign += 1;
            return;
        };
        let files = self.by_path.entry(path.to_owned()).or_default();
        files.push(PresentFile {
            hash: hash.to_owned(),
            state: State::of(file.status),
            id: file.id,
        });
    }
}

impl Store<'_> {
    /// All files of the store.
    pub(super) async fn files(&self) -> anyhow::Result<Vec<StoreFile>> {
        let mut files = Vec::new();
        let mut after = None;
        loop {
            let page = retried(self.progress, "OpenAI", async || {
                let deadline = Deadline::after(Instant::now(), TIMEOUT);
                self.openai
                    .store_files(self.key, self.id, after.as_deref(), deadline)
                    .await
            });
            let page = match page.await {
                Err(OpenAiError::NotFound) => anyhow::bail!(
                    "OpenAI has no vector store `{}`; correct `OPENAI_VECTOR_STORE_ID`",
                    self.id
                ),
                page => page.context("OpenAI")?,
            };
            files.extend(page.files);
            after = page.next;
            if after.is_none() {
                return Ok(files);
            }
        }
    }
}
