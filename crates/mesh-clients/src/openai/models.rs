use mesh_core::{Deadline, Secret};
use serde::Deserialize;

use super::client::id;
use super::{OpenAi, OpenAiError};

const MAX_BYTES: u64 = 64 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ModelInfo {
    pub id: String,
    /// The day from which on it no longer answers, where one is set: `YYYY-MM-DD`.
    pub shutdown_date: Option<String>,
}

impl OpenAi {
    /// `GET /models/{id}`.
    ///
    /// # Errors
    /// `NoSuchModel`, and what any operation may meet.
    pub async fn model(
        &self,
        key: &Secret,
        model: &str,
        deadline: Deadline,
    ) -> Result<ModelInfo, OpenAiError> {
        let request = self.get(key, &format!("/models/{}", id(model)?))?;
        match self.ask(request, deadline, MAX_BYTES).await {
            Err(OpenAiError::NotFound) => Err(OpenAiError::NoSuchModel),
            answer => answer,
        }
    }
}
