use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use bytes::Bytes;
use serde_json::{Value, json};

use super::Shared;
use super::body::Fields;
use super::error::ApiError;
use super::state;
use super::voices::page_size;

#[derive(Clone, Debug)]
pub(super) struct Agent {
    pub(super) id: String,
    pub(super) name: String,
    config: Value,
    settings: Value,
    created_at: u64,
}

/// `POST /v1/convai/agents/create`.
pub(super) async fn create(
    State(shared): State<Shared>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let fields = Fields::read(&body)?;
    if fields.value("conversation_config").is_null() {
        return Err(ApiError::missing(&["body", "conversation_config"]));
    }
    let mut state = shared.lock();
    let id = state.new_id("agent_");
    let mut agent = Agent {
        id: id.clone(),
        name: "New agent".to_owned(),
        config: defaults(),
        settings: json!({"privacy": {
            "record_voice": true, "retention_days": -1, "delete_transcript_and_pii": false, "delete_audio": false,
            "apply_to_existing_conversations": false, "zero_retention_mode": false,
        }}),
        created_at: 1_790_000_000 + state.agents.len() as u64,
    };
    agent.change(&fields);
    state.agents.push(agent);
    Ok(Json(json!({"agent_id": id})))
}

/// `GET /v1/convai/agents`.
pub(super) async fn list(
    State(shared): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let size = query
        .get("page_size")
        .map_or(Ok(30), |size| page_size(Some(size)))?;
    let begin = query
        .get("cursor")
        .map_or(Ok(0), |cursor| cursor.parse())
        .unwrap_or(0);
    let search = query.get("search").map_or("", String::as_str);
    let state = shared.lock();
    let found: Vec<&Agent> = state
        .agents
        .iter()
        .filter(|agent| agent.name.starts_with(search))
        .collect();
    let agents: Vec<_> = found
        .iter()
        .skip(begin)
        .take(size)
        .map(|agent| agent.summary())
        .collect();
    let has_more = begin + size < found.len();
    let next = has_more.then(|| (begin + size).to_string());
    Ok(Json(
        json!({"agents": agents, "has_more": has_more, "next_cursor": next}),
    ))
}

/// `GET /v1/convai/agents/{id}`.
pub(super) async fn retrieve(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(shared.lock().agent(&id)?.object()))
}

/// `PATCH /v1/convai/agents/{id}`.
pub(super) async fn update(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let fields = Fields::read(&body)?;
    let mut state = shared.lock();
    state.agent(&id)?;
    let given = &fields.value("conversation_config")["agent"]["prompt"]["knowledge_base"];
    for document in given.as_array().into_iter().flatten() {
        state.document(document["id"].as_str().unwrap_or(""))?;
    }
    let agent = state.agents.iter_mut().find(|agent| agent.id == id);
    let agent = agent.expect("it was found before");
    agent.change(&fields);
    Ok(Json(agent.object()))
}

impl state::State {
    pub(super) fn agent(&self, id: &str) -> Result<&Agent, ApiError> {
        let agent = self.agents.iter().find(|agent| agent.id == id);
        agent.ok_or_else(|| {
            let message = format!("Document with id {id} not found.");
            ApiError::named(404, "agent_not_found", message)
        })
    }
}

impl Agent {
    fn change(&mut self, fields: &Fields) {
        if let Some(name) = fields.text("name") {
            name.clone_into(&mut self.name);
        }
        merge(&mut self.config, fields.value("conversation_config"));
        merge(&mut self.settings, fields.value("platform_settings"));
    }

    pub(super) fn first_message(&self) -> &str {
        self.config["agent"]["first_message"].as_str().unwrap_or("")
    }

    fn summary(&self) -> Value {
        json!({
            "agent_id": self.id, "name": self.name, "voice_id": self.config["tts"]["voice_id"], "tags": [],
            "created_at_unix_secs": self.created_at, "updated_at_unix_secs": self.created_at,
            "access_info": access(), "last_call_time_unix_secs": null, "archived": false,
        })
    }

    fn object(&self) -> Value {
        json!({
            "agent_id": self.id, "name": self.name, "conversation_config": self.config,
            "metadata": {"created_at_unix_secs": self.created_at, "updated_at_unix_secs": self.created_at},
            "platform_settings": self.settings, "phone_numbers": [], "whatsapp_accounts": [], "workflow": null,
            "access_info": access(), "tags": [],
        })
    }
}

fn access() -> Value {
    json!({"is_creator": true, "creator_name": "Fake", "creator_email": "fake@example.com", "role": "admin"})
}

/// Objects are merged, everything else is replaced, and what the real one does not know is dropped in silence. An object that
/// is empty by default takes any name.
fn merge(held: &mut Value, sent: &Value) {
    match (held, sent) {
        (Value::Object(held), Value::Object(sent)) => {
            let is_map = held.is_empty();
            for (name, value) in sent {
                match held.get_mut(name) {
                    Some(held) => merge(held, value),
                    None if is_map => {
                        held.insert(name.clone(), value.clone());
                    }
                    None => {}
                }
            }
        }
        (_, Value::Null) => {}
        (held, sent) => *held = sent.clone(),
    }
}

fn defaults() -> Value {
    json!({
        "asr": {
            "quality": "high", "provider": "elevenlabs", "user_input_audio_format": "pcm_16000", "keywords": [],
        },
        "turn": {"turn_timeout": 7.0, "silence_end_call_timeout": -1.0, "turn_eagerness": "normal"},
        "tts": {
            "model_id": "eleven_flash_v2", "voice_id": super::PREMADE_VOICE, "agent_output_audio_format": "pcm_16000",
            "optimize_streaming_latency": 3, "stability": 0.5, "speed": 1.0, "similarity_boost": 0.8,
            "pronunciation_dictionary_locators": [],
        },
        "conversation": {"text_only": false, "max_duration_seconds": 600, "client_events": ["audio", "interruption"]},
        "language_presets": {},
        "vad": {"background_voice_detection": false},
        "agent": {
            "first_message": "", "language": "en", "dynamic_variables": {"dynamic_variable_placeholders": {}},
            "prompt": {
                "prompt": "", "llm": "gemini-2.5-flash", "temperature": 0.0, "max_tokens": -1, "tool_ids": [], "tools": [],
                "built_in_tools": {"end_call": null, "language_detection": null, "skip_turn": null},
                "mcp_server_ids": [], "native_mcp_server_ids": [], "knowledge_base": [], "custom_llm": null,
                "ignore_default_personality": false, "timezone": null,
            },
        },
    })
}
