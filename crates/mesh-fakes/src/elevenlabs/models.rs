use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Shared;
use super::state::Model;

/// `GET /v1/models`.
pub(super) async fn list(State(shared): State<Shared>) -> Json<Value> {
    let state = shared.lock();
    Json(state.models.iter().map(object).collect())
}

fn object(model: &Model) -> Value {
    let languages = model.languages.iter();
    let languages: Vec<_> = languages
        .map(|(id, name)| json!({"language_id": id, "name": name}))
        .collect();
    json!({
        "model_id": model.id,
        "name": model.name,
        "description": format!("{}, as a fake.", model.name),
        "can_be_finetuned": model.speaks,
        "can_do_text_to_speech": model.speaks,
        "can_do_voice_conversion": model.converts,
        "can_use_style": true,
        "can_use_speaker_boost": true,
        "serves_pro_voices": false,
        "token_cost_factor": 1.0,
        "requires_alpha_access": false,
        "max_characters_request_free_user": 2_500,
        "max_characters_request_subscribed_user": 5_000,
        "maximum_text_length_per_request": model.max_characters,
        "languages": languages,
        "model_rates": {"character_cost_multiplier": model.multiplier, "cost_discount_multiplier": 1.0},
        "concurrency_group": "standard",
    })
}
