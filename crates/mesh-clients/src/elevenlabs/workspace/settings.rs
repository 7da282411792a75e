use http::Method;
use mesh_core::{Deadline, Secret};
use serde_json::{Map, Value};

use super::{ElevenLabs, ElevenLabsError};

const PATH: &str = "/v1/convai/settings";

/// What holds for all agents.
#[derive(Clone, Debug)]
pub struct ConvaiSettings {
    /// Whether a person has accepted the terms: until then no MCP server may be registered.
    pub can_use_mcp_servers: bool,
    /// `post_call_webhook_id`, `events` and more.
    pub webhooks: Map<String, Value>,
}

impl ElevenLabs {
    /// `GET /v1/convai/settings`. It needs the permission `convai_read`, and none on persons.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn convai_settings(
        &self,
        key: &Secret,
        deadline: Deadline,
    ) -> Result<ConvaiSettings, ElevenLabsError> {
        let answer = self.look(key, PATH, deadline).await?;
        Ok(ConvaiSettings::of(&answer))
    }

    /// `PATCH /v1/convai/settings`: the webhooks as a whole.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn set_convai_webhooks(
        &self,
        key: &Secret,
        webhooks: &Map<String, Value>,
        deadline: Deadline,
    ) -> Result<ConvaiSettings, ElevenLabsError> {
        let body = serde_json::json!({ "webhooks": webhooks });
        let answer = self
            .write(Method::PATCH, key, PATH, &body, deadline)
            .await?;
        Ok(ConvaiSettings::of(&answer))
    }
}

impl ConvaiSettings {
    fn of(answer: &Value) -> Self {
        Self {
            can_use_mcp_servers: answer["can_use_mcp_servers"].as_bool().unwrap_or(false),
            webhooks: answer["webhooks"].as_object().cloned().unwrap_or_default(),
        }
    }
}
