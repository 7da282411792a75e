use http::Method;
use mesh_core::{Deadline, Secret};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{ElevenLabs, ElevenLabsError};

const MAX_BYTES: u64 = 64 * 1024;

/// An agent that talks, and may end the call. What is not said here is as ElevenLabs has it by default.
#[derive(Clone, Debug)]
pub struct NewAgent {
    pub name: String,
    pub first_message: Option<String>,
    pub system_prompt: String,
    pub voice_id: Option<String>,
    /// ISO 639-1.
    pub language: String,
    pub llm: String,
    /// 0 to 1.
    pub temperature: f64,
    pub max_tokens: Option<u32>,
    /// `high` or `low`.
    pub asr_quality: String,
    pub model_id: String,
    /// 0 to 4.
    pub optimize_streaming_latency: u8,
    /// 0 to 1.
    pub stability: f64,
    /// 0 to 1.
    pub similarity_boost: f64,
    pub turn_timeout_seconds: f64,
    pub max_duration_seconds: u32,
    pub record_voice: bool,
    /// After which recording and transcript are deleted.
    pub retention_days: i32,
}

#[derive(Deserialize)]
struct Created {
    agent_id: String,
}

impl ElevenLabs {
    /// `POST /v1/convai/agents/create`, which leaves an agent behind: its id.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn create_agent(
        &self,
        key: &Secret,
        agent: &NewAgent,
        deadline: Deadline,
    ) -> Result<String, ElevenLabsError> {
        let body = agent.body();
        let request = self.json(Method::POST, key, "/v1/convai/agents/create", &body)?;
        let created: Created = self.change(request, deadline, MAX_BYTES).await?;
        Ok(created.agent_id)
    }
}

impl NewAgent {
    fn body(&self) -> Value {
        json!({
            "name": self.name,
            "conversation_config": {
                "agent": self.talk(),
                "asr": {"quality": self.asr_quality},
                "tts": self.voice(),
                "turn": {"turn_timeout": self.turn_timeout_seconds},
                "conversation": {"max_duration_seconds": self.max_duration_seconds},
            },
            "platform_settings": {
                "privacy": {
                    "record_voice": self.record_voice,
                    "retention_days": self.retention_days,
                    "delete_transcript_and_pii": true,
                    "delete_audio": true,
                },
            },
        })
    }

    fn talk(&self) -> Value {
        let end_call = json!({
            "type": "system", "name": "end_call", "description": "", "params": {"system_tool_type": "end_call"},
        });
        let mut prompt = Map::new();
        prompt.insert("prompt".to_owned(), self.system_prompt.as_str().into());
        prompt.insert("llm".to_owned(), self.llm.as_str().into());
        prompt.insert("temperature".to_owned(), self.temperature.into());
        if let Some(max_tokens) = self.max_tokens {
            prompt.insert("max_tokens".to_owned(), max_tokens.into());
        }
        prompt.insert("built_in_tools".to_owned(), json!({"end_call": end_call}));
        let mut agent = Map::new();
        agent.insert("language".to_owned(), self.language.as_str().into());
        agent.insert("prompt".to_owned(), prompt.into());
        if let Some(first_message) = &self.first_message {
            let first_message = first_message.as_str().into();
            agent.insert("first_message".to_owned(), first_message);
        }
        agent.into()
    }

    fn voice(&self) -> Value {
        let mut voice = json!({
            "model_id": self.model_id,
            "optimize_streaming_latency": self.optimize_streaming_latency,
            "stability": self.stability,
            "similarity_boost": self.similarity_boost,
        });
        if let Some(voice_id) = &self.voice_id {
            voice["voice_id"] = voice_id.as_str().into();
        }
        voice
    }
}
