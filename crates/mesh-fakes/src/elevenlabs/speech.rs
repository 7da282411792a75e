use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use bytes::Bytes;

use super::audio::{Format, seconds};
use super::body::Fields;
use super::error::ApiError;
use super::{Shared, credits};

/// `POST /v1/text-to-speech/{voice_id}`.
pub(super) async fn create(
    State(shared): State<Shared>,
    Path(voice): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let format = Format::parse(query.get("output_format").map(String::as_str))?;
    let fields = Fields::read(&body)?;
    let text = fields.required("text")?;
    for (setting, least, most) in [
        ("stability", 0.0, 1.0),
        ("similarity_boost", 0.0, 1.0),
        ("style", 0.0, 1.0),
        ("speed", 0.7, 1.2),
    ] {
        fields.number(&format!("voice_settings.{setting}"), least, most)?;
    }
    if text.trim().is_empty() {
        return Err(ApiError::named(
            400,
            "input_text_empty",
            "Input text cannot be empty.",
        ));
    }
    let mut state = shared.lock();
    state.voice(&voice)?;
    let model = state.model(fields.text("model_id").unwrap_or("eleven_multilingual_v2"))?;
    let characters = text.chars().count() as u64;
    if characters > model.max_characters {
        let message = format!(
            "This request's text has {characters} characters and exceeds the character limit of {} characters.",
            model.max_characters
        );
        return Err(ApiError::named(
            400,
            "max_character_limit_exceeded",
            message,
        ));
    }
    if format.needs_pro() && !state.is_pro() {
        let message = "This output format requires the Pro tier or above.";
        return Err(ApiError::named(403, "output_format_not_allowed", message));
    }
    let cost = (characters as f64 * model.multiplier).ceil() as u64;
    let cost = state.spend(cost)?;
    let sound = format.render(seconds(text), &format!("{voice}\n{text}"));
    Ok(credits::sound(format, sound, cost))
}
