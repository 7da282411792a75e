use http::Method;
use mesh_core::{Deadline, Secret};
use serde::Serialize;
use serde_json::Value;

use super::{ElevenLabs, ElevenLabsError};

const MAX_BYTES: u64 = 1024 * 1024;

#[derive(Clone, Debug, Serialize)]
pub struct PlanRequest {
    pub prompt: String,
    /// 3,000 to 600,000; nothing leaves it to what the prompt asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub music_length_ms: Option<u32>,
    /// A plan to begin with, in the shape that the model takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_composition_plan: Option<Value>,
    pub model_id: String,
}

impl ElevenLabs {
    /// `POST /v1/music/plan`, which costs nothing: the plan as it came.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn composition_plan(
        &self,
        key: &Secret,
        request: &PlanRequest,
        deadline: Deadline,
    ) -> Result<Value, ElevenLabsError> {
        let request = self.json(Method::POST, key, "/v1/music/plan", request)?;
        self.ask(request, deadline, MAX_BYTES).await
    }
}
