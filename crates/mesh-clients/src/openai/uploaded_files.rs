use bytes::Bytes;
use http::Method;
use mesh_core::{Deadline, Secret};
use serde::Deserialize;

use super::client::{finish, id};
use super::{OpenAi, OpenAiError};

/// A page of a thousand files takes a quarter of it.
const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// A page of the files that were uploaded for stores, the oldest first, whether or not a store has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedFiles {
    pub files: Vec<UploadedFile>,
    /// What to give for `after` to have the next page; nothing, where this is the last.
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct UploadedFile {
    pub id: String,
    pub filename: String,
    /// In seconds since 1970.
    pub created_at: u64,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<UploadedFile>,
    has_more: bool,
}

impl OpenAi {
    /// `GET /files`: those after the file of this id, or the first.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn uploaded_files(
        &self,
        key: &Secret,
        after: Option<&str>,
        deadline: Deadline,
    ) -> Result<UploadedFiles, OpenAiError> {
        let mut path = "/files?purpose=assistants&limit=1000&order=asc".to_owned();
        if let Some(after) = after {
            path.push_str("&after=");
            path.push_str(&id(after)?);
        }
        let request = finish(self.request(Method::GET, key, &path)?, Bytes::new())?;
        let page: Page = self.ask(request, deadline, MAX_BYTES).await?;
        let next = page.data.last().map(|file| file.id.clone());
        Ok(UploadedFiles {
            next: next.filter(|_| page.has_more),
            files: page.data,
        })
    }
}
