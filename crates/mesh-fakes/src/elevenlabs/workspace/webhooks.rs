use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;
use super::state::State as Workspace;

/// Without their secrets, and without a word on whether they are tried again.
pub(super) async fn list(State(shared): State<Shared>) -> Json<Value> {
    let mut webhooks = shared.lock().webhooks.clone();
    for webhook in &mut webhooks {
        let row = webhook.as_object_mut().expect("an object");
        row.retain(|field, _| !["webhook_secret", "retry_enabled"].contains(&field.as_str()));
    }
    Json(json!({ "webhooks": webhooks }))
}

/// The secret is in this answer, and in no other.
pub(super) async fn create(
    State(shared): State<Shared>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, ApiError> {
    let settings = &body["settings"];
    let given = |field: &str| {
        let given = settings[field].as_str();
        given.ok_or_else(|| ApiError::wrong(field, "missing"))
    };
    let (name, url) = (given("name")?, given("webhook_url")?);
    if settings["auth_type"] != "hmac" {
        return Err(ApiError::wrong("auth_type", "literal_error"));
    }
    let mut state = shared.lock();
    let id = add(&mut state, name, url);
    let made = state.webhooks.last().expect("it was added");
    Ok(Json(
        json!({"webhook_id": id, "webhook_secret": made["webhook_secret"]}),
    ))
}

pub(super) async fn change(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, ApiError> {
    for field in ["is_disabled", "name"] {
        if body[field].is_null() {
            return Err(ApiError::wrong(field, "missing"));
        }
    }
    let mut state = shared.lock();
    let held = state
        .webhooks
        .iter_mut()
        .find(|held| held["webhook_id"] == id.as_str());
    let held = held.ok_or_else(|| ApiError::not_found("webhook"))?;
    for field in ["is_disabled", "name", "retry_enabled"] {
        if let Some(value) = body.get(field) {
            held[field] = value.clone();
        }
    }
    if body["is_disabled"] == false {
        held["is_auto_disabled"] = json!(false);
    }
    Ok(Json(json!({"status": "ok"})))
}

pub(super) async fn delete(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let mut state = shared.lock();
    let before = state.webhooks.len();
    state
        .webhooks
        .retain(|held| held["webhook_id"] != id.as_str());
    match state.webhooks.len() < before {
        true => Ok(Json(json!({"status": "ok"}))),
        false => Err(ApiError::not_found("webhook")),
    }
}

/// Retries are off by default.
pub(super) fn add(state: &mut Workspace, name: &str, url: &str) -> String {
    let id = state.new_id("webhook");
    state.webhooks.push(json!({
        "webhook_id": id, "name": name, "webhook_url": url, "auth_type": "hmac", "created_at_unix": 1_790_000_000,
        "is_disabled": false, "is_auto_disabled": false, "retry_enabled": false, "usage": [], "events": [],
        "webhook_secret": format!("wsec_fake_{id}_{}", "0".repeat(24)),
    }));
    id
}
