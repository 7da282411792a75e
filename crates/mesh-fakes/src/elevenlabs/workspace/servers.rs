use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Map, Value, json};

use super::Shared;
use super::agents;
use super::error::ApiError;
use super::state::State as Workspace;

/// Every field that is known, and what it is where nothing is said; those that a PATCH takes come first.
const CHANGEABLE: [(&str, &str); 14] = [
    ("approval_policy", r#""require_approval_all""#),
    ("pre_tool_speech", r#""auto""#),
    ("force_pre_tool_speech", "false"),
    ("interruption_mode", r#""allow""#),
    ("disable_interruptions", "false"),
    ("tool_call_sound", "null"),
    ("tool_call_sound_behavior", r#""auto""#),
    ("execution_mode", r#""immediate""#),
    ("response_timeout_secs", "30"),
    ("request_headers", "{}"),
    ("request_meta", "{}"),
    ("disable_compression", "false"),
    ("secret_token", "null"),
    ("auth_connection", "null"),
];
const FIXED: [(&str, &str); 6] = [
    ("url", "null"),
    ("name", "null"),
    ("description", r#""""#),
    ("transport", r#""SSE""#),
    ("tool_approval_hashes", "[]"),
    ("tool_config_overrides", "[]"),
];

const CHOICES: [(&str, &[&str]); 6] = [
    ("transport", &["SSE", "STREAMABLE_HTTP"]),
    (
        "approval_policy",
        &[
            "auto_approve_all",
            "require_approval_all",
            "require_approval_per_tool",
        ],
    ),
    ("pre_tool_speech", &["auto", "force", "off"]),
    (
        "interruption_mode",
        &[
            "allow",
            "disable_during_tool",
            "disable_during_tool_and_turn",
        ],
    ),
    ("tool_call_sound_behavior", &["auto", "always"]),
    (
        "execution_mode",
        &["immediate", "post_tool_speech", "async"],
    ),
];

pub(super) async fn list(State(shared): State<Shared>) -> Json<Value> {
    let state = shared.lock();
    let all: Vec<_> = state.servers.keys().map(|id| object(&state, id)).collect();
    Json(json!({ "mcp_servers": all }))
}

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let state = shared.lock();
    held(&state, &id)?;
    Ok(Json(object(&state, &id)))
}

/// Unknown fields are ignored in silence.
pub(super) async fn create(
    State(shared): State<Shared>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, ApiError> {
    let mut state = shared.lock();
    if state.settings["can_use_mcp_servers"] != true {
        let message = "MCP servers are not enabled for this workspace.";
        return Err(ApiError::named(403, "mcp_servers_not_enabled", message));
    }
    let config = &body["config"];
    for field in ["url", "name"] {
        if config[field].is_null() {
            return Err(ApiError::wrong(field, "missing"));
        }
    }
    check(&state, config)?;
    let id = add(&mut state, config);
    Ok(Json(object(&state, &id)))
}

/// The body is flat. What cannot be changed is refused.
pub(super) async fn change(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, ApiError> {
    let mut state = shared.lock();
    held(&state, &id)?;
    if let Some((field, _)) = FIXED.iter().find(|(field, _)| body.get(field).is_some()) {
        return Err(ApiError::wrong(field, "extra_forbidden"));
    }
    check(&state, &body)?;
    let config = state.servers.get_mut(&id).expect("it is there");
    for (field, _) in CHANGEABLE {
        if let Some(value) = body.get(field) {
            config.insert(field.to_owned(), value.clone());
        }
    }
    Ok(Json(object(&state, &id)))
}

/// Not while an agent uses it.
pub(super) async fn delete(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let mut state = shared.lock();
    held(&state, &id)?;
    if !agents::dependents(&state, &id).is_empty() {
        return Err(ApiError::text(409, "Agents depend on the MCP server."));
    }
    state.servers.remove(&id);
    Ok(Json(Value::Null))
}

pub(super) fn add(state: &mut Workspace, config: &Value) -> String {
    let id = state.new_id("mcp");
    let fields = CHANGEABLE.iter().chain(&FIXED);
    let known = fields.map(|(field, default)| {
        let default = || serde_json::from_str(default).expect("JSON");
        let given = config.get(field).cloned();
        ((*field).to_owned(), given.unwrap_or_else(default))
    });
    state.servers.insert(id.clone(), known.collect());
    id
}

pub(super) fn held<'a>(state: &'a Workspace, id: &str) -> Result<&'a Map<String, Value>, ApiError> {
    let held = state.servers.get(id);
    held.ok_or_else(|| ApiError::not_found("mcp_server"))
}

pub(super) fn object(state: &Workspace, id: &str) -> Value {
    json!({
        "id": id,
        "config": state.servers[id],
        "metadata": {"created_at": 1_790_000_000, "owner_user_id": "user_1"},
        "access_info": {"is_creator": true, "creator_name": "a", "creator_email": "a@example.com", "role": "admin"},
        "dependent_agents": agents::dependents(state, id),
    })
}

fn check(state: &Workspace, fields: &Value) -> Result<(), ApiError> {
    for (field, choices) in CHOICES {
        if fields
            .get(field)
            .is_some_and(|given| !given.as_str().is_some_and(|given| choices.contains(&given)))
        {
            return Err(ApiError::wrong(field, "enum"));
        }
    }
    let seconds = fields.get("response_timeout_secs");
    if seconds.is_some_and(|given| !given.as_i64().is_some_and(|s| (5..=300).contains(&s))) {
        return Err(ApiError::wrong("response_timeout_secs", "less_than_equal"));
    }
    if fields.get("secret_token").is_some_and(Value::is_string) {
        return Err(ApiError::wrong("secret_token", "model_type"));
    }
    let url = fields.get("url").and_then(Value::as_str);
    if url.is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://127.0.0.1")) {
        return Err(ApiError::wrong("url", "url_scheme"));
    }
    let headers = fields.get("request_headers").and_then(Value::as_object);
    let mut named = headers
        .into_iter()
        .flatten()
        .filter_map(|(_, value)| value["secret_id"].as_str());
    match named.all(|id| state.secrets.iter().any(|secret| secret.id == id)) {
        true => Ok(()),
        false => Err(ApiError::not_found("secret")),
    }
}
