use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::client::id;
use super::vector_store::FileCounts;
use super::{OpenAi, OpenAiError};

/// A page of a hundred files with all the attributes they may have takes half of it.
const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// A file for a store.
#[derive(Clone, Debug, Serialize)]
pub struct Attachment {
    pub file_id: String,
    /// Up to 16, of strings of up to 512 characters, numbers and booleans.
    pub attributes: Map<String, Value>,
}

/// How far the reading of a file, or of a batch of files, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileStatus {
    InProgress,
    Completed,
    Failed,
    Cancelled,
    /// Another than those that are documented.
    #[serde(other)]
    Other,
}

/// Files on their way into a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileBatch {
    pub id: String,
    pub status: FileStatus,
    pub files_completed: u64,
    pub files_failed: u64,
    pub files_total: u64,
}

impl FileBatch {
    /// How many are still being read. A vendor's numbers need not add up.
    #[must_use]
    pub fn files_unread(&self) -> u64 {
        self.files_total
            .saturating_sub(self.files_completed)
            .saturating_sub(self.files_failed)
    }
}

/// A page of a store's files, the oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreFiles {
    pub files: Vec<StoreFile>,
    /// What to give for `after` to have the next page; nothing, where this is the last.
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StoreFile {
    pub id: String,
    pub status: FileStatus,
    /// The code of why it failed.
    pub error: Option<String>,
    pub attributes: Map<String, Value>,
}

#[derive(Serialize)]
struct Body<'a> {
    files: &'a [Attachment],
}

#[derive(Deserialize)]
struct BatchObject {
    id: String,
    status: FileStatus,
    file_counts: FileCounts,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<FileObject>,
    has_more: bool,
}

#[derive(Deserialize)]
struct FileObject {
    id: String,
    status: FileStatus,
    last_error: Option<LastError>,
    attributes: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct LastError {
    code: String,
}

impl OpenAi {
    /// `POST /vector_stores/{id}/file_batches`, sent once: up to 2,000 files.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn attach_files(
        &self,
        key: &Secret,
        store: &str,
        files: &[Attachment],
        deadline: Deadline,
    ) -> Result<FileBatch, OpenAiError> {
        let path = format!("/vector_stores/{}/file_batches", id(store)?);
        let request = self.post(key, &path, &Body { files })?;
        let batch: BatchObject = self.ask_once(request, deadline, MAX_BYTES).await?;
        Ok(batch.into())
    }

    /// `GET /vector_stores/{id}/file_batches/{batch}`.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn file_batch(
        &self,
        key: &Secret,
        store: &str,
        batch: &str,
        deadline: Deadline,
    ) -> Result<FileBatch, OpenAiError> {
        let path = format!("/vector_stores/{}/file_batches/{}", id(store)?, id(batch)?);
        let request = self.get(key, &path)?;
        let batch: BatchObject = self.ask(request, deadline, MAX_BYTES).await?;
        Ok(batch.into())
    }

    /// `GET /vector_stores/{id}/files`: those after the file of this id, or the first.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn store_files(
        &self,
        key: &Secret,
        store: &str,
        after: Option<&str>,
        deadline: Deadline,
    ) -> Result<StoreFiles, OpenAiError> {
        let mut path = format!("/vector_stores/{}/files?limit=100&order=asc", id(store)?);
        if let Some(after) = after {
            path.push_str("&after=");
            path.push_str(&id(after)?);
        }
        let request = self.get(key, &path)?;
        let page: Page = self.ask(request, deadline, MAX_BYTES).await?;
        let next = page.data.last().map(|file| file.id.clone());
        Ok(StoreFiles {
            next: next.filter(|_| page.has_more),
            files: page.data.into_iter().map(StoreFile::from).collect(),
        })
    }
}

impl From<BatchObject> for FileBatch {
    fn from(batch: BatchObject) -> Self {
        Self {
            id: batch.id,
            status: batch.status,
            files_completed: batch.file_counts.completed,
            files_failed: batch.file_counts.failed,
            files_total: batch.file_counts.total,
        }
    }
}

impl From<FileObject> for StoreFile {
    fn from(file: FileObject) -> Self {
        Self {
            id: file.id,
            status: file.status,
            error: file.last_error.map(|error| error.code),
            attributes: file.attributes.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_status_that_is_not_documented_breaks_nothing() {
        let read = |status: &str| serde_json::from_value(json!(status)).ok();
        assert_eq!(read("in_progress"), Some(FileStatus::InProgress));
        assert_eq!(read("expired"), Some(FileStatus::Other));
    }

    #[test]
    fn numbers_that_do_not_add_up_leave_none() {
        let batch = |files_completed, files_failed| FileBatch {
            id: "batch_1".to_owned(),
            status: FileStatus::InProgress,
            files_completed,
            files_failed,
            files_total: 3,
        };
        assert_eq!(batch(1, 1).files_unread(), 1);
        assert_eq!(batch(3, 1).files_unread(), 0);
        assert_eq!(batch(4, 0).files_unread(), 0);
    }
}
