use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use mesh_core::hex;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::error::ApiError;
use super::probe::{self, Target};
use super::servers::{held, object};
use super::{Shared, client};

const PER_TOOL: &str = "require_approval_per_tool";

/// Connects to the server. One that cannot be reached is a success of HTTP all the same.
pub(super) async fn tools(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let (config, secrets, client) = {
        let state = shared.lock();
        let secrets = state.secrets.iter();
        let secrets: BTreeMap<_, _> = secrets
            .map(|secret| (secret.id.clone(), secret.value.clone()))
            .collect();
        (held(&state, &id)?.clone(), secrets, state.client.clone())
    };
    let listed = match (Target::of(&config, &secrets), client) {
        (Err(message), _) => Err(message),
        (Ok(target), Some(client)) => client::tools(&client, &target).await,
        (Ok(target), None) => probe::tools(target).await,
    };
    let answer = match listed {
        Ok(tools) => {
            let statuses: Vec<_> = match config["approval_policy"] == PER_TOOL {
                true => tools
                    .iter()
                    .map(|tool| status(&id, tool, &config["tool_approval_hashes"]))
                    .collect(),
                false => Vec::new(),
            };
            json!({"success": true, "tools": tools, "tool_approval_statuses": statuses, "error_message": null})
        }
        Err(message) => {
            json!({"success": false, "tools": [], "tool_approval_statuses": [], "error_message": message})
        }
    };
    Ok(Json(answer))
}

pub(super) async fn create(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, ApiError> {
    for field in ["tool_name", "tool_description"] {
        if !body[field].is_string() {
            return Err(ApiError::wrong(field, "missing"));
        }
    }
    let mut state = shared.lock();
    held(&state, &id)?;
    let policy = body["approval_policy"]
        .as_str()
        .unwrap_or("requires_approval");
    if !["auto_approved", "requires_approval"].contains(&policy) {
        return Err(ApiError::wrong("approval_policy", "enum"));
    }
    let approval = json!({
        "tool_name": body["tool_name"],
        "tool_hash": hash(&body["tool_description"], &body["input_schema"]),
        "approval_policy": policy,
    });
    let config = state.servers.get_mut(&id).expect("it is there");
    let approvals = config["tool_approval_hashes"]
        .as_array_mut()
        .expect("a list");
    approvals.retain(|held| held["tool_name"] != body["tool_name"]);
    approvals.push(approval);
    Ok(Json(object(&state, &id)))
}

pub(super) async fn delete(
    State(shared): State<Shared>,
    Path((id, tool)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let mut state = shared.lock();
    held(&state, &id)?;
    let config = state.servers.get_mut(&id).expect("it is there");
    let approvals = config["tool_approval_hashes"]
        .as_array_mut()
        .expect("a list");
    let before = approvals.len();
    approvals.retain(|held| held["tool_name"] != tool.as_str());
    if approvals.len() == before {
        return Err(ApiError::not_found("tool_approval"));
    }
    Ok(Json(object(&state, &id)))
}

fn status(server: &str, tool: &Value, approvals: &Value) -> Value {
    let approvals = approvals.as_array().into_iter().flatten();
    let mut approvals = approvals.filter(|held| held["tool_name"] == tool["name"]);
    let name = tool["name"].as_str().unwrap_or("");
    let live = hash(&tool["description"], &tool["inputSchema"]);
    let (state, policy) = match approvals.next() {
        None => ("not_approved", Value::Null),
        Some(held) if held["tool_hash"] == live.as_str() => {
            ("up_to_date", held["approval_policy"].clone())
        }
        Some(held) => ("needs_review", held["approval_policy"].clone()),
    };
    json!({"tool_id": format!("mcp:{server}:{name}"), "state": state, "approval_policy": policy})
}

/// How the real one writes the two down before it hashes them is not published.
fn hash(description: &Value, schema: &Value) -> String {
    let text = json!([description, sorted(schema)]).to_string();
    hex(digest(&SHA256, text.as_bytes()).as_ref())
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields.iter().collect();
            fields
                .into_iter()
                .map(|(name, value)| (name.clone(), sorted(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
