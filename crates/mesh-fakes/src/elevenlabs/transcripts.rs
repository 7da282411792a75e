use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;
use super::form::Form;

/// Credits for a recording, whatever its length.
const COST: u64 = 300;

/// `POST /v1/speech-to-text`: what is heard is the name of the file or its address, word by word, by two speakers in turn.
pub(super) async fn create(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let form = Form::read(&headers, &body).await?;
    let model = form.required("model_id")?;
    if !["scribe_v1", "scribe_v2"].contains(&model.as_str()) {
        let message = format!("'{model}' is not a valid model_id.");
        return Err(ApiError::parameter("model_id", message));
    }
    let file = form
        .file("file")
        .ok()
        .and_then(|file| file.file_name.clone());
    let heard = match (file, form.text("source_url")) {
        (Some(name), None) => name,
        (None, Some(address)) if address.starts_with("https://") => address,
        _ => {
            let message = "Provide exactly one of file or an https source_url.";
            return Err(ApiError::parameter("file", message));
        }
    };
    shared.lock().spend(COST)?;
    let is_diarized = form.text("diarize").as_deref() == Some("true");
    let language = form.text("language_code");
    let said: Vec<&str> = heard.split(|c: char| !c.is_alphanumeric()).collect();
    Ok(Json(json!({
        "language_code": language.as_deref().unwrap_or("eng"),
        "language_probability": if language.is_some() { 1.0 } else { 0.98 },
        "text": said.join(" "),
        "words": words(&said, is_diarized),
        "transcription_id": "tr_fake",
        "audio_duration_secs": said.len() as f64,
        "channel_index": null,
    })))
}

/// A second each, with the spaces between them.
fn words(said: &[&str], is_diarized: bool) -> Vec<Value> {
    let mut words = Vec::new();
    for (place, word) in said.iter().enumerate() {
        let at = place as f64;
        let speaker = is_diarized.then(|| format!("speaker_{}", place % 2));
        if place > 0 {
            words.push(json!({
                "text": " ", "start": at - 0.1, "end": at, "type": "spacing", "speaker_id": speaker, "logprob": 0.0,
            }));
        }
        words.push(json!({
            "text": word, "start": at, "end": at + 0.9, "type": "word", "speaker_id": speaker, "logprob": -0.1,
        }));
    }
    words
}
