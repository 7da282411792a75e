use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::audio::Format;
use super::error::ApiError;
use super::form::Form;
use super::{Shared, credits};

/// Credits for a recording, whatever its length.
const COST: u64 = 1_000;

/// `POST /v1/audio-isolation`.
pub(super) async fn create(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let form = Form::read(&headers, &body).await?;
    let recording = form.file("audio")?;
    let cost = shared.lock().spend(COST)?;
    let format = Format::parse(None)?;
    let seed = String::from_utf8_lossy(&recording.bytes);
    Ok(credits::sound(format, format.render(2.0, &seed), cost))
}
