use mesh_clients::elevenlabs::Agent;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{NEEDS, moment};
use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::tool::Tool;

/// # Look at an agent
/// Says how an agent of ElevenLabs is set up: its voice, its model, what it says first, what it is told to do, and which
/// documents it has.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct GetAgent {
    /// As `list_agents` has it.
    agent_id: Text<100>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundAgent {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    llm: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_prompt: Option<String>,
    knowledge_base: Vec<HeldDocument>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct HeldDocument {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl Tool for GetAgent {
    const NAME: &'static str = "get_agent";
    const FAMILY: Family = Family::Agents;
    const NEEDS: Needs = NEEDS;
    type Output = FoundAgent;

    async fn call(self, cx: Context<'_>) -> Result<FoundAgent, ToolError> {
        let (id, deadline) = (self.agent_id.as_str(), cx.request.deadline);
        let agent = cx
            .elevenlabs(|client, key| async move { client.agent(&key, id, deadline).await })
            .await?;
        Ok(shown(agent))
    }
}

fn shown(agent: Agent) -> FoundAgent {
    let talk = &agent.conversation_config["agent"];
    let documents = agent.knowledge_base().iter().map(|document| HeldDocument {
        id: said(&document["id"]),
        name: said(&document["name"]),
    });
    FoundAgent {
        voice_id: agent.voice_id().map(str::to_owned),
        language: said(&talk["language"]),
        llm: said(&talk["prompt"]["llm"]),
        first_message: said(&talk["first_message"]),
        system_prompt: said(&talk["prompt"]["prompt"]),
        knowledge_base: documents.collect(),
        created_at: moment(agent.metadata.created_at_unix_secs),
        updated_at: agent.metadata.updated_at_unix_secs.and_then(moment),
        tags: agent.tags.unwrap_or_default(),
        id: agent.agent_id,
        name: agent.name,
    }
}

fn said(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    Some(text.to_owned())
}
