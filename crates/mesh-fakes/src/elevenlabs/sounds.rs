use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use bytes::Bytes;

use super::audio::Format;
use super::body::Fields;
use super::error::ApiError;
use super::{Shared, credits};

/// Credits for one whose length is left open, and for a second of one whose is not.
const OPEN: u64 = 200;
const A_SECOND: f64 = 40.0;

/// `POST /v1/sound-generation`.
pub(super) async fn create(
    State(shared): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let format = Format::parse(query.get("output_format").map(String::as_str))?;
    let fields = Fields::read(&body)?;
    let text = fields.required("text")?;
    let duration = fields.number("duration_seconds", 0.5, 30.0)?;
    let cost = duration.map_or(OPEN, |seconds| (seconds * A_SECOND).ceil() as u64);
    let cost = shared.lock().spend(cost)?;
    let is_loop = fields.flag("loop");
    let sound = format.render(duration.unwrap_or(5.0), &format!("{text}\n{is_loop}"));
    Ok(credits::sound(format, sound, cost))
}
