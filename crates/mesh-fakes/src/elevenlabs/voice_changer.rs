use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::audio::Format;
use super::error::ApiError;
use super::form::Form;
use super::{Shared, credits};

/// Credits for a recording, whatever its length.
const COST: u64 = 1_000;

/// `POST /v1/voice-changer/{voice_id}`, and `/v1/speech-to-speech/{voice_id}` as it was called before.
pub(super) async fn create(
    State(shared): State<Shared>,
    Path(voice): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let format = Format::parse(query.get("output_format").map(String::as_str))?;
    let form = Form::read(&headers, &body).await?;
    let recording = form.file("audio")?;
    let model = form.text("model_id");
    let mut state = shared.lock();
    state.voice(&voice)?;
    let model = state.model(model.as_deref().unwrap_or("eleven_english_sts_v2"))?;
    if !model.converts {
        return Err(ApiError::parameter(
            "model_id",
            "The model does not convert voices.",
        ));
    }
    let cost = state.spend(COST)?;
    let seed = format!("{voice}\n{}", String::from_utf8_lossy(&recording.bytes));
    Ok(credits::sound(format, format.render(2.0, &seed), cost))
}
