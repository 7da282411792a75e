use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::{ElevenLabs, ElevenLabsError, Upload};
use crate::multipart::Form;

/// Each word and each space between words takes about 130 bytes, and an hour has 10,000 of each.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Clone, Debug)]
pub struct Transcription {
    pub source: Heard,
    pub model_id: String,
    /// ISO 639; nothing, to have it recognised.
    pub language_code: Option<String>,
    /// Whether to tell speakers apart.
    pub diarize: bool,
    /// Whether to name what is heard beside words, such as laughter.
    pub tag_audio_events: bool,
}

#[derive(Clone, Debug)]
pub enum Heard {
    Upload(Upload),
    /// An `https` address that ElevenLabs fetches it from.
    Url(String),
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Transcript {
    pub text: String,
    pub language_code: String,
    /// 0 to 1.
    pub language_probability: f64,
    pub words: Vec<Word>,
    pub audio_duration_secs: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Word {
    pub text: String,
    /// `word`, `spacing` or `audio_event`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In seconds.
    pub start: Option<f64>,
    /// In seconds.
    pub end: Option<f64>,
    /// Such as `speaker_0`.
    pub speaker_id: Option<String>,
}

impl ElevenLabs {
    /// `POST /v1/speech-to-text`, which costs credits.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn speech_to_text(
        &self,
        key: &Secret,
        request: &Transcription,
        deadline: Deadline,
    ) -> Result<Transcript, ElevenLabsError> {
        let form = Form::new()
            .field("model_id", &request.model_id)
            .optional("language_code", request.language_code.as_deref())
            .field("diarize", &request.diarize.to_string())
            .field("tag_audio_events", &request.tag_audio_events.to_string());
        let form = match &request.source {
            Heard::Upload(file) => form.file("file", file),
            Heard::Url(address) => form.field("source_url", address),
        };
        let request = self.form(key, "/v1/speech-to-text", form)?;
        self.change(request, deadline, MAX_BYTES).await
    }
}
