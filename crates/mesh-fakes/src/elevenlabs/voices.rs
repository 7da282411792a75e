use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;
use super::form::Form;
use super::state::{self, Voice};
use super::subscription::VOICE_LIMIT;

/// `GET /v2/voices`; a page's token is where the next one begins.
pub(super) async fn list(
    State(shared): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let asked = |name: &str| query.get(name).map_or("", String::as_str);
    let size = page_size(query.get("page_size"))?;
    let state = shared.lock();
    let search = asked("search").to_lowercase();
    let mut found: Vec<&Voice> = state
        .voices
        .iter()
        .filter(|voice| voice.has(&search))
        .collect();
    match asked("sort") {
        "name" => found.sort_by(|one, other| one.name.cmp(&other.name)),
        "created_at_unix" => found.sort_by_key(|voice| voice.created_at),
        _ => {}
    }
    if asked("sort_direction") == "desc" {
        found.reverse();
    }
    let begin: usize = asked("next_page_token").parse().unwrap_or(0);
    let end = begin + size;
    let voices: Vec<_> = found
        .iter()
        .skip(begin)
        .take(size)
        .map(|voice| voice.object())
        .collect();
    let has_more = end < found.len();
    Ok(Json(json!({
        "voices": voices,
        "has_more": has_more,
        "total_count": found.len(),
        "next_page_token": has_more.then(|| end.to_string()),
    })))
}

/// `GET /v1/voices/{id}`.
pub(super) async fn retrieve(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(shared.lock().voice(&id)?.object()))
}

/// `POST /v1/voices/add`: its answer has an id and no name.
pub(super) async fn add(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let form = Form::read(&headers, &body).await?;
    let name = form.required("name")?;
    form.file("files")?;
    if form.files("files").iter().any(|file| file.bytes.is_empty()) {
        return Err(ApiError::named(400, "invalid_sample", "A sample is empty."));
    }
    let mut state = shared.lock();
    state.has_room()?;
    let description = form.text("description").unwrap_or_default();
    let id = state.add_voice(&name, "cloned", &description);
    Ok(Json(
        json!({"voice_id": id, "requires_verification": false}),
    ))
}

pub(super) fn page_size(asked: Option<&String>) -> Result<usize, ApiError> {
    let Some(asked) = asked else {
        return Ok(10);
    };
    let size = asked.parse().ok().filter(|size| (1..=100).contains(size));
    size.ok_or_else(|| {
        let place = ["query", "page_size"];
        ApiError::field(
            &place,
            "less_than_equal",
            "1 to 100",
            &asked.as_str().into(),
        )
    })
}

impl state::State {
    /// How many take a place of the account's own.
    pub(super) fn kept_voices(&self) -> usize {
        let voices = self.voices.iter();
        voices.filter(|voice| voice.category != "premade").count()
    }

    pub(super) fn has_room(&self) -> Result<(), ApiError> {
        if self.kept_voices() < VOICE_LIMIT {
            return Ok(());
        }
        let message = "You have reached your maximum amount of custom voices.";
        Err(ApiError::named(400, "voice_limit_reached", message))
    }
}

impl Voice {
    fn has(&self, search: &str) -> bool {
        let labels = self.labels.to_string();
        let fields = [&self.name, &self.description, &self.category, &labels];
        fields
            .iter()
            .any(|field| field.to_lowercase().contains(search))
    }

    pub(super) fn object(&self) -> Value {
        json!({
            "voice_id": self.id,
            "name": self.name,
            "samples": null,
            "category": self.category,
            "fine_tuning": self.fine_tuning,
            "labels": self.labels,
            "description": self.description,
            "preview_url": format!("https://storage.example.com/{}.mp3", self.id),
            "available_for_tiers": [],
            "settings": null,
            "sharing": null,
            "high_quality_base_model_ids": ["eleven_multilingual_v2"],
            "verified_languages": [],
            "safety_control": null,
            "voice_verification": null,
            "permission_on_resource": "admin",
            "is_owner": self.category != "premade",
            "is_legacy": false,
            "is_mixed": false,
            "created_at_unix": self.created_at,
        })
    }
}
