use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NEEDS, moment};
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::tool::Tool;

/// # List the agents that talk
/// Lists the agents of the ElevenLabs account, with the ids that the other tools of agents take.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ListAgents {}

/// As many as a model reads.
const MAX_AGENTS: usize = 300;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedAgents {
    agents: Vec<ListedAgent>,
    /// There are more than these.
    has_more: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ListedAgent {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_call_at: Option<String>,
}

impl Tool for ListAgents {
    const NAME: &'static str = "list_agents";
    const FAMILY: Family = Family::Agents;
    const NEEDS: Needs = NEEDS;
    type Output = ListedAgents;

    async fn call(self, cx: Context<'_>) -> Result<ListedAgents, ToolError> {
        let deadline = cx.request.deadline;
        let mut agents = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let from = cursor.as_deref();
            let page = cx
                .elevenlabs(|client, key| async move { client.agents(&key, from, deadline).await })
                .await?;
            agents.extend(page.agents.into_iter().map(|agent| ListedAgent {
                id: agent.agent_id,
                name: agent.name,
                voice_id: agent.voice_id,
                tags: agent.tags.unwrap_or_default(),
                created_at: agent.created_at_unix_secs.and_then(moment),
                last_call_at: agent.last_call_time_unix_secs.and_then(moment),
            }));
            let next = page.next_cursor.filter(|_| page.has_more);
            // The same place again would go on for ever.
            if next.is_none() || next == cursor || agents.len() >= MAX_AGENTS {
                let has_more = agents.len() > MAX_AGENTS || next.is_some();
                agents.truncate(MAX_AGENTS);
                return Ok(ListedAgents { agents, has_more });
            }
            cursor = next;
        }
    }
}
