//! The vector store: which documents are to be uploaded and which files to go, and doing it.

mod document;
mod leftover;
mod present;
mod upload;

use std::collections::HashSet;
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use mesh_clients::openai::OpenAi;
use mesh_core::{Deadline, Secret};
use mesh_index::{Corpus, DocumentInfo, SearchError};

use super::counts::Counts;
use super::retry::retried;
use crate::progress::Reporter;
use document::Document;
use leftover::{Leftovers, Mark};
use present::{Present, PresentFile, State};

const TIMEOUT: Duration = Duration::from_secs(60);

/// Requests that are on their way at once.
const CONCURRENCY: usize = 8;

/// Documents that are listed at once.
const PAGE: usize = 1_000;

#[derive(Debug)]
pub(super) struct Store<'a> {
    openai: &'a OpenAi,
    key: &'a Secret,
    id: &'a str,
    progress: &'a Reporter,
    mark: Mark,
    /// How long it is waited for that the store has read what it was given.
    timeout: Duration,
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) counts: Counts,
    send: Vec<ToSend>,
    /// To go, once what takes their place is there.
    remove: Vec<OldFile>,
}

/// A document that the store is to have.
#[derive(Debug)]
struct ToSend {
    id: String,
    /// Its file, where an earlier run has uploaded it and did not get to attach it.
    uploaded: Option<String>,
}

/// A file of a document that is gone, or that another file takes the place of.
#[derive(Debug)]
struct OldFile {
    id: String,
    path: String,
}

impl<'a> Store<'a> {
    pub(super) fn new(
        openai: &'a OpenAi,
        key: &'a Secret,
        id: &'a str,
        progress: &'a Reporter,
    ) -> Self {
        Self {
            mark: Mark::of(id),
            timeout: upload::MAX_WAIT,
            openai,
            key,
            id,
            progress,
        }
    }

    pub(super) async fn plan(&self, corpus: &Corpus) -> anyhow::Result<Plan> {
        self.progress.begin("comparing the vector store");
        let attached = self.files().await?;
        let ids = attached.iter().map(|file| file.id.clone()).collect();
        let mut leftovers = self.leftovers(&ids).await?;
        let mut present = Present::of_files(attached);
        let mut plan = Plan::default();
        let mut seen = HashSet::new();
        for info in documents(corpus)? {
            let Some(document) = Document::read(corpus, &info.id)? else {
                continue;
            };
            if seen.insert(document.path().to_owned()) {
                let files = present.of(document.path());
                plan.want(info.id, &document, files, &mut leftovers);
            }
            // A signal is heeded here.
            tokio::task::yield_now().await;
        }
        plan.supersede(present, leftovers);
        Ok(plan)
    }

    async fn remove(&self, files: impl Iterator<Item = OldFile>) -> anyhow::Result<()> {
        let deleted = stream::iter(files).map(|file| async move {
            retried(self.progress, "OpenAI", async || {
                let deadline = Deadline::after(Instant::now(), TIMEOUT);
                self.openai.delete_file(self.key, &file.id, deadline).await
            })
            .await
        });
        let deleted = deleted.buffer_unordered(CONCURRENCY);
        deleted.try_collect::<()>().await.context("OpenAI")
    }
}

impl Plan {
    /// A document that the store is to have, of which these files are there.
    fn want(
        &mut self,
        id: String,
        document: &Document,
        files: Option<Vec<PresentFile>>,
        leftovers: &mut Leftovers,
    ) {
        let Some(files) = files else {
            self.counts.added += 1;
            return self.send(id, leftovers.take(document.hash()));
        };
        let current = PresentFile::current(&files, document.hash());
        match current {
            Some(_) => self.counts.unchanged += 1,
            None => {
                self.counts.changed += 1;
                self.send(id, leftovers.take(document.hash()));
            }
        }
        if current.is_some_and(|place| files[place].state == State::BeingRead) {
            // An old text is better than none: another run takes it away.
            return;
        }
        let old = files.into_iter().enumerate();
        let old = old.filter(|(place, _)| Some(*place) != current);
        self.remove
            .extend(old.map(|(_, file)| OldFile::of(document.path(), file)));
    }

    /// What is there of documents that are gone, and what killed runs have left.
    fn supersede(&mut self, present: Present, leftovers: Leftovers) {
        self.counts.foreign = present.foreign;
        for (path, files) in present.rest() {
            self.counts.removed += 1;
            let files = files.into_iter();
            self.remove
                .extend(files.map(|file| OldFile::of(&path, file)));
        }
        for file in leftovers.old(SystemTime::now()) {
            self.counts.leftover += 1;
            self.remove.push(OldFile {
                id: file.id,
                path: file.filename,
            });
        }
    }

    fn send(&mut self, id: String, uploaded: Option<String>) {
        self.counts.leftover += u64::from(uploaded.is_some());
        self.send.push(ToSend { id, uploaded });
    }
}

impl OldFile {
    fn of(path: &str, file: PresentFile) -> Self {
        Self {
            id: file.id,
            path: path.to_owned(),
        }
    }
}

fn documents(corpus: &Corpus) -> Result<Vec<DocumentInfo>, SearchError> {
    let mut documents = Vec::new();
    let mut cursor = None;
    loop {
        let page = corpus.documents(cursor.as_deref(), PAGE)?;
        documents.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(documents);
        }
    }
}
