use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::{StreamExt as _, stream};
use mesh_clients::openai::{Attachment, FileStatus};
use mesh_core::Deadline;
use mesh_index::Corpus;

use super::super::retry::retried;
use super::super::stop::Stop;
use super::{CONCURRENCY, Document, Plan, State, Store, TIMEOUT, ToSend};

/// An interrupted run waits for no more uploads than these before it ends.
const BATCH: usize = 40;

/// Time for a book over a slow line.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);

const FIRST_POLL: Duration = Duration::from_millis(250);
const MAX_POLL: Duration = Duration::from_secs(4);

/// A store takes seconds for a file; it goes on reading when nobody waits.
pub(super) const MAX_WAIT: Duration = Duration::from_secs(600);

impl Store<'_> {
    /// Does what was planned; what the store cannot read is named in `refused`.
    pub(in super::super) async fn apply(
        &self,
        corpus: &Corpus,
        plan: Plan,
        stop: &Stop,
        refused: &mut Vec<String>,
    ) -> anyhow::Result<()> {
        let all = plan.send.len() as u64;
        if all > 0 {
            let what = format!("uploading {all} documents");
            self.progress.begin_all(&what, all);
        }
        let mut paths = HashMap::new();
        let mut has_unread = false;
        for documents in plan.send.chunks(BATCH) {
            stop.hold();
            let batch = self
                .upload_and_attach(corpus, documents, stop, &mut paths)
                .await;
            stop.release();
            let batch = batch?;
            if stop.is_asked() {
                return Ok(());
            }
            if let Some(batch) = batch {
                has_unread |= self.wait(&batch, refused).await?;
            }
        }
        let unread = match has_unread {
            true => self.unread(&paths, refused).await?,
            false => HashSet::new(),
        };
        // An old text is better than none.
        let old = plan.remove.into_iter();
        self.remove(old.filter(|file| !unread.contains(&file.path)))
            .await
    }

    /// Uploads documents and attaches those that were uploaded, also where others were not: a file that no store has is found
    /// by nobody. Gives the id of the batch.
    async fn upload_and_attach(
        &self,
        corpus: &Corpus,
        documents: &[ToSend],
        stop: &Stop,
        paths: &mut HashMap<String, String>,
    ) -> anyhow::Result<Option<String>> {
        let uploads = stream::iter(documents)
            .map(|document| self.upload(corpus, document, stop))
            .buffer_unordered(CONCURRENCY);
        let uploads: Vec<anyhow::Result<Option<Uploaded>>> = uploads.collect().await;
        let mut attachments = Vec::new();
        let mut fault = None;
        for upload in uploads {
            match upload {
                Ok(Some(Uploaded { path, attachment })) => {
                    paths.insert(attachment.file_id.clone(), path);
                    attachments.push(attachment);
                }
                Ok(None) => {}
                Err(error) => fault = Some(error),
            }
        }
        let batch = match attachments.as_slice() {
            [] => None,
            attachments => Some(self.attach(attachments).await?),
        };
        fault.map_or(Ok(batch), Err)
    }

    async fn upload(
        &self,
        corpus: &Corpus,
        to_send: &ToSend,
        stop: &Stop,
    ) -> anyhow::Result<Option<Uploaded>> {
        if stop.is_asked() {
            return Ok(None);
        }
        let Some(document) = Document::read(corpus, &to_send.id)? else {
            return Ok(None);
        };
        let file = match &to_send.uploaded {
            Some(file) => file.clone(),
            None => self.upload_new(&document).await?,
        };
        let attachment = document.attached_as(file);
        self.progress.advance(1);
        let path = document.path().to_owned();
        Ok(Some(Uploaded { path, attachment }))
    }

    async fn upload_new(&self, document: &Document) -> anyhow::Result<String> {
        let (name, text) = (document.filename(&self.mark), document.text.as_str());
        let file = retried(self.progress, "OpenAI", async || {
            let deadline = Deadline::after(Instant::now(), UPLOAD_TIMEOUT);
            self.openai
                .upload_file(self.key, &name, text, deadline)
                .await
        });
        file.await.context("OpenAI")
    }

    async fn attach(&self, files: &[Attachment]) -> anyhow::Result<String> {
        let batch = retried(self.progress, "OpenAI", async || {
            let deadline = Deadline::after(Instant::now(), TIMEOUT);
            self.openai
                .attach_files(self.key, self.id, files, deadline)
                .await
        });
        Ok(batch.await.context("OpenAI")?.id)
    }

    /// Until all files of a batch can be searched or have failed, or for as long as it makes sense; whether any cannot be
    /// searched.
    async fn wait(&self, batch: &str, refused: &mut Vec<String>) -> anyhow::Result<bool> {
        let started = tokio::time::Instant::now();
        let mut poll = FIRST_POLL;
        loop {
            let seen = retried(self.progress, "OpenAI", async || {
                let deadline = Deadline::after(Instant::now(), TIMEOUT);
                self.openai
                    .file_batch(self.key, self.id, batch, deadline)
                    .await
            });
            let seen = seen.await.context("OpenAI")?;
            if seen.status != FileStatus::InProgress {
                return Ok(seen.files_completed < seen.files_total);
            }
            if started.elapsed() >= self.timeout {
                let left = seen.files_unread();
                refused.push(format!(
                    "{left} documents: the vector store still reads them"
                ));
                return Ok(true);
            }
            tokio::time::sleep(poll).await;
            poll = (poll * 2).min(MAX_POLL);
        }
    }

    /// The documents that the store cannot read, or has not read yet.
    async fn unread(
        &self,
        paths: &HashMap<String, String>,
        refused: &mut Vec<String>,
    ) -> anyhow::Result<HashSet<String>> {
        let mut unread = HashSet::new();
        for file in self.files().await? {
            let Some(path) = paths.get(&file.id) else {
                continue;
            };
            match State::of(file.status) {
                State::Searchable => continue,
                // How many there are was told when nobody waited for them any more.
                State::BeingRead => {}
                State::Unreadable => {
                    let why = file
                        .error
                        .unwrap_or_else(|| "it does not say why".to_owned());
                    refused.push(format!("{path}: the vector store cannot read it ({why})"));
                }
            }
            unread.insert(path.clone());
        }
        Ok(unread)
    }
}

struct Uploaded {
    path: String,
    attachment: Attachment,
}

#[cfg(test)]
mod tests {
    use mesh_clients::openai::OpenAi;
    use mesh_core::Secret;
    use mesh_fakes::openai::{FakeOpenAi, KEY};
    use mesh_http::{HttpClient, Roots};
    use mesh_index::store::{Source, SourceKind, Writer};
    use mesh_index::{Passage, Record};
    use serde_json::json;

    use super::*;
    use crate::progress::Reporter;

    fn corpus() -> (tempfile::TempDir, Corpus) {
        let folder = tempfile::tempdir().expect("a folder");
        let source = Source {
            kind: SourceKind::Knowledge,
            path: "docs".to_owned(),
        };
        let mut writer = Writer::open(folder.path(), None).expect("opens");
        writer.set_sources(vec![source.clone()]);
        let passage = Passage {
            id: "guide-1".to_owned(),
            path: "docs/guide.md".to_owned(),
            title: "Guide".to_owned(),
            text: "New words.".to_owned(),
            ..Passage::default()
        };
        let records = vec![Record::Knowledge(passage)];
        writer
            .put_file(&source, "guide.md", "New words.", records)
            .expect("puts");
        writer.commit().expect("commits");
        let corpus = Corpus::open(folder.path()).expect("a corpus");
        (folder, corpus)
    }

    #[tokio::test]
    async fn an_old_file_stays_where_the_new_one_takes_longer_than_anybody_waits() {
        let openai = FakeOpenAi::start().await;
        openai.add_store("vs_1");
        let old = json!({"path": "docs/guide.md", "hash": "of another text"});
        openai.add_file("vs_1", "old.md", "Old words.", old);
        openai.hold_up("guide.");
        let client = OpenAi::new(HttpClient::new(Roots::compiled_in()), &openai.base());
        let client = client.expect("an address");
        let (key, progress) = (Secret::new(KEY), Reporter::new());
        let store = Store {
            timeout: Duration::ZERO,
            ..Store::new(&client, &key, "vs_1", &progress)
        };
        let (_folder, corpus) = corpus();
        let plan = store.plan(&corpus).await.expect("a plan");
        let (stop, mut refused) = (Stop::default(), Vec::new());
        let applied = store.apply(&corpus, plan, &stop, &mut refused).await;
        applied.expect("it is done");
        assert_eq!(refused, ["1 documents: the vector store still reads them"]);
        let files = openai.files("vs_1").into_iter();
        let names: Vec<_> = files.map(|file| file.filename).collect();
        assert!(names.iter().any(|name| name == "old.md"), "{names:?}");
        assert_eq!(names.len(), 2);
    }
}
