use http::Method;
use mesh_core::{Deadline, Secret};
use serde_json::{Map, Value, json};

use super::{ElevenLabs, ElevenLabsError, list, text};
use crate::elevenlabs::client::id;

pub(super) const PATH: &str = "/v1/convai/mcp-servers";

/// An MCP server that agents can be given.
#[derive(Clone, Debug)]
pub struct McpServer {
    pub id: String,
    /// As it came: `url`, `name` and everything else are in here.
    pub config: Map<String, Value>,
    /// Agents that use it, as far as the key may see them.
    pub agents: Vec<String>,
    /// How many more use it.
    pub unseen_agents: usize,
}

impl McpServer {
    /// A text of its configuration; none, where that is a reference to a secret or absent.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.config.get(field)?.as_str()
    }
}

impl ElevenLabs {
    /// `GET /v1/convai/mcp-servers`.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn mcp_servers(
        &self,
        key: &Secret,
        deadline: Deadline,
    ) -> Result<Vec<McpServer>, ElevenLabsError> {
        let answer: Value = self.look(key, PATH, deadline).await?;
        list(&answer, "mcp_servers")?.iter().map(server).collect()
    }

    /// `GET /v1/convai/mcp-servers/{id}`.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn mcp_server(
        &self,
        key: &Secret,
        server_id: &str,
        deadline: Deadline,
    ) -> Result<McpServer, ElevenLabsError> {
        let answer = self.look(key, &path(server_id)?, deadline).await?;
        server(&answer)
    }

    /// `POST /v1/convai/mcp-servers`.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn create_mcp_server(
        &self,
        key: &Secret,
        config: &Map<String, Value>,
        deadline: Deadline,
    ) -> Result<McpServer, ElevenLabsError> {
        let body = json!({ "config": config });
        let answer = self.write(Method::POST, key, PATH, &body, deadline).await?;
        server(&answer)
    }

    /// `PATCH /v1/convai/mcp-servers/{id}`: the fields stand at the top. Address, name, description and transport are not
    /// among those that can be changed.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn change_mcp_server(
        &self,
        key: &Secret,
        server_id: &str,
        fields: &Map<String, Value>,
        deadline: Deadline,
    ) -> Result<McpServer, ElevenLabsError> {
        let path = path(server_id)?;
        let answer = self
            .write(Method::PATCH, key, &path, fields, deadline)
            .await?;
        server(&answer)
    }

    /// `DELETE /v1/convai/mcp-servers/{id}`.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn delete_mcp_server(
        &self,
        key: &Secret,
        server_id: &str,
        deadline: Deadline,
    ) -> Result<(), ElevenLabsError> {
        self.delete(key, &path(server_id)?, deadline).await
    }
}

pub(super) fn path(server_id: &str) -> Result<String, ElevenLabsError> {
    Ok(format!("{PATH}/{}", id(server_id)?))
}

pub(super) fn server(answer: &Value) -> Result<McpServer, ElevenLabsError> {
    let dependents = answer["dependent_agents"].as_array();
    let dependents = dependents.map_or(&[][..], Vec::as_slice);
    let seen = dependents.iter().filter(|agent| agent["type"] != "unknown");
    let agents: Vec<_> = seen
        .filter_map(|agent| agent["id"].as_str().map(str::to_owned))
        .collect();
    Ok(McpServer {
        id: text(answer, "id")?,
        config: answer["config"].as_object().cloned().unwrap_or_default(),
        unseen_agents: dependents.len() - agents.len(),
        agents,
    })
}
