use mesh_core::{Deadline, Secret};
use serde::Deserialize;

use super::client::id;
use super::{OpenAi, OpenAiError};

const MAX_BYTES: u64 = 64 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorStore {
    pub id: String,
    pub name: Option<String>,
    /// `in_progress`, `completed` or `expired`.
    pub status: String,
    /// Files that can be searched.
    pub files_completed: u64,
    pub files_total: u64,
}

#[derive(Deserialize)]
struct StoreObject {
    id: String,
    name: Option<String>,
    status: String,
    file_counts: FileCounts,
}

#[derive(Deserialize)]
pub(super) struct FileCounts {
    pub(super) completed: u64,
    pub(super) failed: u64,
    pub(super) total: u64,
}

impl OpenAi {
    /// `GET /vector_stores/{id}`.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn vector_store(
        &self,
        key: &Secret,
        store: &str,
        deadline: Deadline,
    ) -> Result<VectorStore, OpenAiError> {
        let request = self.get(key, &format!("/vector_stores/{}", id(store)?))?;
        let store: StoreObject = self.ask(request, deadline, MAX_BYTES).await?;
        Ok(store.into())
    }
}

impl From<StoreObject> for VectorStore {
    fn from(store: StoreObject) -> Self {
        Self {
            id: store.id,
            name: store.name,
            status: store.status,
            files_completed: store.file_counts.completed,
            files_total: store.file_counts.total,
        }
    }
}
