use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::client::with_query;
use super::{ElevenLabs, ElevenLabsError};

/// As many as it gives at once.
const PAGE_SIZE: &str = "100";
const MAX_BYTES: u64 = 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct AgentPage {
    pub agents: Vec<AgentSummary>,
    pub has_more: bool,
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct AgentSummary {
    pub agent_id: String,
    pub name: String,
    pub voice_id: Option<String>,
    pub tags: Option<Vec<String>>,
    pub created_at_unix_secs: Option<i64>,
    pub last_call_time_unix_secs: Option<i64>,
    pub archived: Option<bool>,
}

impl ElevenLabs {
    /// `GET /v1/convai/agents`: a page of 100, from where the page before ended.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn agents(
        &self,
        key: &Secret,
        cursor: Option<&str>,
        deadline: Deadline,
    ) -> Result<AgentPage, ElevenLabsError> {
        let parameters = [("page_size", Some(PAGE_SIZE)), ("cursor", cursor)];
        let path = with_query("/v1/convai/agents", &parameters);
        self.read(key, &path, deadline, MAX_BYTES).await
    }
}
