use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::client::with_query;
use super::{ElevenLabs, ElevenLabsError};

/// A summary takes a few kB where it has one of the transcript.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Clone, Debug, Default)]
pub struct ConversationQuery {
    pub agent_id: Option<String>,
    /// Of the page before.
    pub cursor: Option<String>,
    pub call_start_before_unix: Option<i64>,
    pub call_start_after_unix: Option<i64>,
    /// 1 to 100.
    pub page_size: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ConversationPage {
    pub conversations: Vec<ConversationSummary>,
    pub has_more: bool,
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ConversationSummary {
    pub conversation_id: String,
    pub agent_id: String,
    pub agent_name: Option<String>,
    /// `initiated`, `in-progress`, `processing`, `done` or `failed`.
    pub status: String,
    pub start_time_unix_secs: i64,
    pub call_duration_secs: u64,
    pub message_count: u64,
    /// `success`, `failure` or `unknown`.
    pub call_successful: String,
    pub call_summary_title: Option<String>,
    pub direction: Option<String>,
    pub main_language: Option<String>,
}

impl ElevenLabs {
    /// `GET /v1/convai/conversations`: a page, the newest first.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn conversations(
        &self,
        key: &Secret,
        query: &ConversationQuery,
        deadline: Deadline,
    ) -> Result<ConversationPage, ElevenLabsError> {
        let before = query.call_start_before_unix.map(|at| at.to_string());
        let after = query.call_start_after_unix.map(|at| at.to_string());
        let page_size = query.page_size.to_string();
        let parameters = [
            ("cursor", query.cursor.as_deref()),
            ("agent_id", query.agent_id.as_deref()),
            ("call_start_before_unix", before.as_deref()),
            ("call_start_after_unix", after.as_deref()),
            ("page_size", Some(page_size.as_str())),
        ];
        let path = with_query("/v1/convai/conversations", &parameters);
        self.read(key, &path, deadline, MAX_BYTES).await
    }
}
