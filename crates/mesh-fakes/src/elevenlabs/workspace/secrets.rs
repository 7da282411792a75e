use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;
use super::state::{Held, State as Workspace};

#[derive(Deserialize)]
pub(super) struct Listing {
    search: Option<String>,
    page_size: Option<usize>,
    cursor: Option<usize>,
}

/// `search` is the beginning of a name; without `page_size` all are given.
pub(super) async fn list(
    State(shared): State<Shared>,
    Query(listing): Query<Listing>,
) -> Json<Value> {
    let state = shared.lock();
    let prefix = listing.search.unwrap_or_default();
    let matching = state.secrets.iter();
    let matching: Vec<_> = matching
        .filter(|secret| secret.name.starts_with(&prefix))
        .map(|secret| row(&state, secret))
        .collect();
    let from = listing.cursor.unwrap_or(0).min(matching.len());
    let to = matching
        .len()
        .min(from + listing.page_size.unwrap_or(matching.len()));
    let has_more = to < matching.len();
    let next = has_more.then(|| to.to_string());
    Json(json!({"secrets": matching[from..to], "next_cursor": next, "has_more": has_more}))
}

pub(super) async fn create(
    State(shared): State<Shared>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, ApiError> {
    let (name, value) = (given(&body, "name")?, given(&body, "value")?);
    if body["type"] != "new" {
        return Err(ApiError::wrong("type", "literal_error"));
    }
    let id = add(&mut shared.lock(), name, value);
    Ok(Json(
        json!({"type": "stored", "secret_id": id, "name": name}),
    ))
}

pub(super) async fn change(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, ApiError> {
    let (name, value) = (given(&body, "name")?, given(&body, "value")?);
    let mut state = shared.lock();
    let held = state.secrets.iter_mut().find(|secret| secret.id == id);
    let held = held.ok_or_else(|| ApiError::not_found("secret"))?;
    (held.name, held.value) = (name.to_owned(), value.to_owned());
    Ok(Json(
        json!({"type": "stored", "secret_id": id, "name": name}),
    ))
}

/// Not while a server sends it.
pub(super) async fn delete(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let mut state = shared.lock();
    if !state.secrets.iter().any(|secret| secret.id == id) {
        return Err(ApiError::not_found("secret"));
    }
    if !users(&state, &id).is_empty() {
        return Err(ApiError::text(409, "The secret is in use."));
    }
    state.secrets.retain(|secret| secret.id != id);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn add(state: &mut Workspace, name: &str, value: &str) -> String {
    let id = state.new_id("secret");
    state.secrets.push(Held {
        id: id.clone(),
        name: name.to_owned(),
        value: value.to_owned(),
    });
    id
}

fn row(state: &Workspace, secret: &Held) -> Value {
    json!({
        "type": "stored", "secret_id": secret.id, "name": secret.name,
        "used_by": {
            "tools": [], "agents": [], "others": [], "phone_numbers": [],
            "mcp_servers": users(state, &secret.id),
        },
    })
}

/// The servers that send a secret.
fn users(state: &Workspace, secret_id: &str) -> Vec<Value> {
    let sends = |config: &serde_json::Map<String, Value>| {
        let headers = config["request_headers"].as_object().into_iter().flatten();
        headers
            .into_iter()
            .any(|(_, value)| value["secret_id"] == secret_id)
    };
    let users = state.servers.iter().filter(|(_, config)| sends(config));
    users
        .map(|(id, config)| {
            json!({
                "type": "available", "id": id, "name": config["name"], "created_at_unix_secs": 1_790_000_000,
                "access_level": "admin",
            })
        })
        .collect()
}

fn given<'a>(body: &'a Value, field: &str) -> Result<&'a str, ApiError> {
    let given = body[field].as_str();
    given.ok_or_else(|| ApiError::wrong(field, "missing"))
}
