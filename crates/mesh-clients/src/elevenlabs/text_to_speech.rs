use http::Method;
use mesh_core::{Deadline, Secret};
use serde::Serialize;

use super::client::{id, with_query};
use super::{ElevenLabs, ElevenLabsError, Sound};

#[derive(Clone, Debug)]
pub struct Speech {
    pub voice_id: String,
    /// As long as [`super::Model::maximum_text_length_per_request`] at most.
    pub text: String,
    pub model_id: String,
    /// Such as `mp3_44100_128`.
    pub output_format: String,
    /// ISO 639-1. Some models do not take it.
    pub language_code: Option<String>,
    pub settings: VoiceSettings,
}

/// In place of those that are stored with the voice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct VoiceSettings {
    /// 0 to 1.
    pub stability: f64,
    /// 0 to 1.
    pub similarity_boost: f64,
    /// 0 to 1.
    pub style: f64,
    pub use_speaker_boost: bool,
    /// 0.7 to 1.2.
    pub speed: f64,
}

#[derive(Serialize)]
struct Body<'a> {
    text: &'a str,
    model_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language_code: Option<&'a str>,
    voice_settings: VoiceSettings,
}

impl ElevenLabs {
    /// `POST /v1/text-to-speech/{voice_id}`, which costs credits.
    ///
    /// # Errors
    /// `VoiceNotFound`, and what any operation may meet.
    pub async fn text_to_speech(
        &self,
        key: &Secret,
        request: &Speech,
        deadline: Deadline,
    ) -> Result<Sound, ElevenLabsError> {
        let path = format!("/v1/text-to-speech/{}", id(&request.voice_id)?);
        let path = with_query(&path, &[("output_format", Some(&request.output_format))]);
        let body = Body {
            text: &request.text,
            model_id: &request.model_id,
            language_code: request.language_code.as_deref(),
            voice_settings: request.settings,
        };
        let request = self.json(Method::POST, key, &path, &body)?;
        self.sound(request, deadline).await
    }
}
