use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;
use super::voices::page_size;

/// `GET /v1/shared-voices`; pages are counted from 0.
pub(super) async fn list(
    State(shared): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let size = page_size(query.get("page_size"))?;
    let page: usize = query
        .get("page")
        .map_or(Ok(0), |page| page.parse())
        .unwrap_or(0);
    let search = query.get("search").map(|search| search.to_lowercase());
    let count = shared.lock().shared_voices;
    let all: Vec<Value> = (0..count).map(object).collect();
    let found = all.iter().filter(|voice| {
        let text = voice.to_string().to_lowercase();
        search.as_ref().is_none_or(|search| text.contains(search))
    });
    let found: Vec<_> = found.collect();
    let voices: Vec<_> = found.iter().skip(page * size).take(size).collect();
    Ok(Json(json!({
        "voices": voices,
        "has_more": (page + 1) * size < found.len(),
        "total_count": found.len(),
        "last_sort_id": null,
    })))
}

fn object(number: usize) -> Value {
    json!({
        "public_owner_id": format!("owner{number:04}"),
        "voice_id": format!("shared{number:04}"),
        "date_unix": 1_780_000_000,
        "name": format!("Shared {number}"),
        "accent": "british",
        "gender": if number.is_multiple_of(2) { "female" } else { "male" },
        "age": "young",
        "descriptive": "calm",
        "use_case": "narrative_story",
        "category": "professional",
        "language": "en",
        "locale": "en-GB",
        "description": "A voice for long evenings.",
        "preview_url": format!("https://storage.example.com/shared{number:04}.mp3"),
        "usage_character_count_1y": 1_000,
        "usage_character_count_7d": 10,
        "play_api_usage_character_count_1y": 100,
        "cloned_by_count": 7,
        "rate": 1.0,
        "fiat_rate": null,
        "free_users_allowed": number.is_multiple_of(2),
        "live_moderation_enabled": false,
        "featured": false,
        "verified_languages": [{
            "language": "en", "model_id": "eleven_multilingual_v2", "accent": "british", "locale": "en-GB",
            "preview_url": null,
        }],
        "notice_period": null,
        "is_added_by_user": false,
    })
}
