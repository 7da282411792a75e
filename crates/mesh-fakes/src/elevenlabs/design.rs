use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use super::Shared;
use super::audio::{Format, seconds};
use super::body::Fields;
use super::error::ApiError;

/// What is said where no text was given.
const TEXT: &str = "The tide comes in twice a day, and each time it leaves the sand as if nobody had ever walked on it, \
                    which nobody minds.";

/// `POST /v1/text-to-voice/design`, and `/create-previews` as it was called before: three previews.
pub(super) async fn preview(
    State(shared): State<Shared>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let fields = Fields::read(&body)?;
    let description = fields.bounded("voice_description", 20, 1_000)?;
    let text = match (fields.text("text"), fields.flag("auto_generate_text")) {
        (Some(_), _) => fields.bounded("text", 100, 1_000)?,
        (None, true) => TEXT,
        (None, false) => return Err(ApiError::missing(&["body", "text"])),
    };
    let mut state = shared.lock();
    state.spend(text.chars().count() as u64)?;
    let format = Format::parse(None)?;
    let mut previews = Vec::new();
    for number in 0..3 {
        let id = state.new_id("preview");
        let sound = format.render(seconds(text), &format!("{description}\n{text}\n{number}"));
        previews.push(json!({
            "audio_base_64": STANDARD.encode(&sound),
            "generated_voice_id": id,
            "media_type": format.media_type(),
            "duration_secs": seconds(text),
            "language": "en",
        }));
        state.previews.insert(id);
    }
    Ok(Json(json!({"previews": previews, "text": text})))
}

/// `POST /v1/text-to-voice`: a preview can be kept once.
pub(super) async fn keep(
    State(shared): State<Shared>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let fields = Fields::read(&body)?;
    let name = fields.required("voice_name")?;
    let description = fields.bounded("voice_description", 20, 1_000)?;
    let preview = fields.required("generated_voice_id")?;
    let mut state = shared.lock();
    state.has_room()?;
    if !state.previews.remove(preview) {
        return Err(ApiError::voice_not_found(preview));
    }
    let id = state.add_voice(name, "generated", description);
    Ok(Json(state.voice(&id)?.object()))
}
