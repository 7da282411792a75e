use std::collections::BTreeMap;

use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::client::id;
use super::{ElevenLabs, ElevenLabsError};

/// Each turn has what was measured and what was found for it, and takes a few kB.
pub(super) const MAX_BYTES: u64 = 32 * 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Conversation {
    pub conversation_id: String,
    pub agent_id: String,
    pub agent_name: Option<String>,
    /// `initiated`, `in-progress`, `processing`, `done` or `failed`.
    pub status: String,
    pub metadata: ConversationFacts,
    /// Nothing, before it has ended.
    pub analysis: Option<Analysis>,
    pub transcript: Vec<Turn>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct ConversationFacts {
    pub start_time_unix_secs: i64,
    pub call_duration_secs: u64,
    /// In credits.
    pub cost: Option<u64>,
    pub termination_reason: Option<String>,
    pub main_language: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Analysis {
    /// `success`, `failure` or `unknown`.
    pub call_successful: String,
    pub transcript_summary: Option<String>,
    pub call_summary_title: Option<String>,
    /// By the id of each criterion.
    pub evaluation_criteria_results: Option<BTreeMap<String, Judgement>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Judgement {
    pub criteria_id: String,
    /// `success`, `failure` or `unknown`.
    pub result: String,
    pub rationale: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Turn {
    /// `user` or `agent`.
    pub role: String,
    /// Nothing, where only tools were called.
    pub message: Option<String>,
    pub time_in_call_secs: Option<u64>,
    pub tool_calls: Option<Vec<ToolCall>>,
    pub interrupted: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ToolCall {
    pub tool_name: String,
    pub params_as_json: Option<String>,
}

impl ElevenLabs {
    /// `GET /v1/convai/conversations/{id}`.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn conversation(
        &self,
        key: &Secret,
        id: &str,
        deadline: Deadline,
    ) -> Result<Conversation, ElevenLabsError> {
        let path = format!("/v1/convai/conversations/{}", self::id(id)?);
        self.read(key, &path, deadline, MAX_BYTES).await
    }
}
