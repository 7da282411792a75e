use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::said::{Judged, SaidTurn, judged, turns};
use super::{NEEDS, moment};
use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::tool::Tool;

/// # Read a conversation
/// Reads what was said in a conversation with an agent of ElevenLabs, turn by turn, and how it is judged.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct GetConversation {
    /// As `list_conversations` has it.
    conversation_id: Text<100>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundConversation {
    id: String,
    agent_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_name: Option<String>,
    /// `initiated`, `in-progress`, `processing`, `done` or `failed`.
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    duration_seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_because: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// Absent before it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    analysis: Option<Judged>,
    turns: Vec<SaidTurn>,
}

impl Tool for GetConversation {
    const NAME: &'static str = "get_conversation";
    const FAMILY: Family = Family::Agents;
    const NEEDS: Needs = NEEDS;
    type Output = FoundConversation;

    async fn call(self, cx: Context<'_>) -> Result<FoundConversation, ToolError> {
        let (id, deadline) = (self.conversation_id.as_str(), cx.request.deadline);
        let found = cx
            .elevenlabs(|client, key| async move { client.conversation(&key, id, deadline).await })
            .await?;
        let facts = found.metadata;
        Ok(FoundConversation {
            id: found.conversation_id,
            agent_id: found.agent_id,
            agent_name: found.agent_name,
            status: found.status,
            started_at: moment(facts.start_time_unix_secs),
            duration_seconds: facts.call_duration_secs,
            credits: facts.cost,
            ended_because: facts.termination_reason.filter(|why| !why.is_empty()),
            language: facts.main_language,
            analysis: found.analysis.map(judged),
            turns: turns(found.transcript),
        })
    }
}
