use http::Method;
use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::id;
use super::{ElevenLabs, ElevenLabsError};

/// A prompt and a workflow may be long.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Agent {
    pub agent_id: String,
    pub name: String,
    /// As it came: whoever changes a list in it sends the whole list back, with what is not known here.
    pub conversation_config: Value,
    pub metadata: AgentTimes,
    pub tags: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct AgentTimes {
    pub created_at_unix_secs: i64,
    pub updated_at_unix_secs: Option<i64>,
}

impl Agent {
    /// The voice that it speaks with.
    #[must_use]
    pub fn voice_id(&self) -> Option<&str> {
        self.conversation_config["tts"]["voice_id"].as_str()
    }

    /// The documents that it has been given, as they came.
    #[must_use]
    pub fn knowledge_base(&self) -> &[Value] {
        let documents = &self.conversation_config["agent"]["prompt"]["knowledge_base"];
        documents.as_array().map_or(&[], Vec::as_slice)
    }

    #[must_use]
    pub fn has_document(&self, id: &str) -> bool {
        self.knowledge_base().iter().any(|held| held["id"] == id)
    }
}

impl ElevenLabs {
    /// `GET /v1/convai/agents/{id}`.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn agent(
        &self,
        key: &Secret,
        id: &str,
        deadline: Deadline,
    ) -> Result<Agent, ElevenLabsError> {
        self.read(key, &path(id)?, deadline, MAX_BYTES).await
    }

    /// `PATCH /v1/convai/agents/{id}`: objects are merged, lists are replaced, and fields that it does not know are dropped in
    /// silence. The agent as it then is.
    ///
    /// # Errors
    /// `NotFound`, and what any operation may meet.
    pub async fn update_agent(
        &self,
        key: &Secret,
        id: &str,
        changes: &Value,
        deadline: Deadline,
    ) -> Result<Agent, ElevenLabsError> {
        let request = self.json(Method::PATCH, key, &path(id)?, changes)?;
        self.change(request, deadline, MAX_BYTES).await
    }
}

fn path(agent: &str) -> Result<String, ElevenLabsError> {
    Ok(format!("/v1/convai/agents/{}", id(agent)?))
}
