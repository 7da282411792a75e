use http::Method;
use mesh_core::{Deadline, Secret};
use serde_json::{Value, json};

use super::{ElevenLabs, ElevenLabsError, ids};
use crate::elevenlabs::client::id;

const PATH: &str = "/v1/convai/agents";

/// Where an agent has its servers.
const PROMPT: &str = "/conversation_config/agent/prompt";

/// An agent, as far as servers go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    pub id: String,
    pub name: String,
    pub mcp_server_ids: Vec<String>,
    /// Integrations that ElevenLabs hosts itself.
    pub native_mcp_server_ids: Vec<String>,
}

impl ElevenLabs {
    /// `GET /v1/convai/agents/{id}`.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn agent_servers(
        &self,
        key: &Secret,
        agent_id: &str,
        deadline: Deadline,
    ) -> Result<Agent, ElevenLabsError> {
        let answer = self.look(key, &path(agent_id)?, deadline).await?;
        Ok(agent(agent_id, &answer))
    }

    /// `PATCH /v1/convai/agents/{id}`: these servers, and no other. All else of the agent stays.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn set_agent_servers(
        &self,
        key: &Secret,
        agent_id: &str,
        server_ids: &[String],
        deadline: Deadline,
    ) -> Result<Agent, ElevenLabsError> {
        let prompt = json!({ "mcp_server_ids": server_ids });
        let body = json!({"conversation_config": {"agent": {"prompt": prompt}}});
        let path = path(agent_id)?;
        let answer = self
            .write(Method::PATCH, key, &path, &body, deadline)
            .await?;
        Ok(agent(agent_id, &answer))
    }
}

fn path(agent_id: &str) -> Result<String, ElevenLabsError> {
    Ok(format!("{PATH}/{}", id(agent_id)?))
}

fn agent(agent_id: &str, answer: &Value) -> Agent {
    let prompt = answer.pointer(PROMPT).unwrap_or(&Value::Null);
    Agent {
        id: agent_id.to_owned(),
        name: answer["name"].as_str().unwrap_or("").to_owned(),
        mcp_server_ids: ids(&prompt["mcp_server_ids"]),
        native_mcp_server_ids: ids(&prompt["native_mcp_server_ids"]),
    }
}
