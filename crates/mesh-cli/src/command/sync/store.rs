//! The vector store: which documents are to be uploaded and which files to go, and doing it.

mod document;
mod present;
mod upload;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use mesh_clients::openai::OpenAi;
use mesh_core::{Deadline, Secret};
use mesh_index::{Corpus, DocumentInfo, SearchError};

use super::counts::Counts;
use super::progress::Progress;
use super::retry::retried;
use document::Document;
use present::PresentFile;

const TIMEOUT: Duration = Duration::from_secs(60);

/// Requests that are on their way at once.
const CONCURRENCY: usize = 8;

/// Documents that are listed at once.
const PAGE: usize = 1_000;

#[derive(Debug)]
pub(super) struct Store<'a> {
    pub(super) openai: &'a OpenAi,
    pub(super) key: &'a Secret,
    pub(super) id: &'a str,
    pub(super) progress: &'a Progress,
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) counts: Counts,
    /// Ids of the documents to upload.
    send: Vec<String>,
    /// To go, once what takes their place is there.
    remove: Vec<OldFile>,
}

/// A file of a document that is gone, or that another file takes the place of.
#[derive(Debug)]
struct OldFile {
    id: String,
    path: String,
}

impl Store<'_> {
    pub(super) async fn plan(&self, corpus: &Corpus) -> anyhow::Result<Plan> {
        self.progress.begin("comparing the vector store");
        let mut present = self.present().await?;
        let mut plan = Plan::default();
        let mut seen = HashSet::new();
        for info in documents(corpus)? {
            let Some(document) = Document::read(corpus, &info.id)? else {
                continue;
            };
            if !seen.insert(document.path().to_owned()) {
                continue;
            }
            // A signal is heeded here.
            tokio::task::yield_now().await;
            let files = present.of(document.path());
            let Some(files) = files else {
                plan.counts.added += 1;
                plan.send.push(info.id);
                continue;
            };
            let current = files.iter().position(|file| file.is(document.hash()));
            match current {
                Some(_) => plan.counts.unchanged += 1,
                None => {
                    plan.counts.changed += 1;
                    plan.send.push(info.id);
                }
            }
            let old = files.into_iter().enumerate();
            let old = old.filter(|(place, _)| Some(*place) != current);
            plan.remove
                .extend(old.map(|(_, file)| OldFile::of(document.path(), file)));
        }
        plan.counts.foreign = present.foreign;
        for (path, files) in present.rest() {
            plan.counts.removed += 1;
            let files = files.into_iter();
            plan.remove
                .extend(files.map(|file| OldFile::of(&path, file)));
        }
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
