use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;
use super::state::State as Workspace;

const MAX_SERVERS: usize = 10;

const SERVERS: &str = "/conversation_config/agent/prompt/mcp_server_ids";

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let agent = shared.lock().agents.get(&id).cloned();
    agent.map(Json).ok_or_else(|| ApiError::not_found("agent"))
}

/// Objects are merged, lists are replaced.
pub(super) async fn change(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, ApiError> {
    let mut state = shared.lock();
    let agent = state.agents.get(&id);
    let mut changed = agent.cloned().ok_or_else(|| ApiError::not_found("agent"))?;
    merge(&mut changed, &body);
    let servers = servers(&changed);
    if servers.len() > MAX_SERVERS {
        return Err(ApiError::wrong("mcp_server_ids", "too_long"));
    }
    let before = state.agents.get(&id).map(self::servers).unwrap_or_default();
    let is_unknown =
        |server: &&String| !state.servers.contains_key(*server) && !before.contains(server);
    if servers.iter().any(|server| is_unknown(&server)) {
        return Err(ApiError::not_found("mcp_server"));
    }
    state.agents.insert(id, changed.clone());
    Ok(Json(changed))
}

pub(super) fn new(id: &str, mcp_server_ids: &[&str]) -> Value {
    json!({
        "agent_id": id, "name": format!("agent {id}"), "tags": ["support"],
        "conversation_config": {
            "agent": {
                "first_message": "Hello.", "language": "en",
                "prompt": {
                    "prompt": "Answer the caller.", "llm": "gemini-2.5-flash", "temperature": 0.0,
                    "tool_ids": ["tool_1"], "mcp_server_ids": mcp_server_ids,
                    "native_mcp_server_ids": ["native_1"],
                },
            },
            "tts": {"voice_id": "cgSgspJ2msm6clMCkdW9"},
        },
        "platform_settings": {"privacy": {"zero_retention_mode": false}},
    })
}

pub(super) fn servers(agent: &Value) -> Vec<String> {
    let ids = agent.pointer(SERVERS).and_then(Value::as_array);
    let ids = ids.into_iter().flatten();
    ids.filter_map(|id| id.as_str().map(str::to_owned))
        .collect()
}

pub(super) fn dependents(state: &Workspace, server: &str) -> Vec<Value> {
    let uses = |agent: &Value| servers(agent).iter().any(|id| id == server);
    let dependents = state.agents.iter().filter(|(_, agent)| uses(agent));
    dependents
        .map(|(id, agent)| {
            json!({
                "type": "available", "id": id, "name": agent["name"], "created_at_unix_secs": 1_790_000_000,
                "access_level": "admin", "referenced_resource_ids": [],
            })
        })
        .collect()
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (field, value) in from {
                merge(into.entry(field).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}
