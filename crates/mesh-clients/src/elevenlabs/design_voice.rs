use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::{Charge, ElevenLabs, ElevenLabsError};

/// Three of a thousand characters each take 4 MB in base64.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

#[derive(Clone, Debug)]
pub struct VoiceDesign {
    /// 20 to 1,000 characters.
    pub voice_description: String,
    /// What the voices say, 100 to 1,000 characters; nothing, to have it written.
    pub text: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Previews {
    pub previews: Vec<Preview>,
    /// What they say.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// What [`super::NewVoiceRequest`] takes.
    pub generated_voice_id: String,
    pub audio: Bytes,
    pub media_type: String,
    pub duration_secs: f64,
    pub language: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    voice_description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    auto_generate_text: bool,
}

#[derive(Deserialize)]
struct Answer {
    previews: Vec<PreviewObject>,
    text: String,
}

#[derive(Deserialize)]
struct PreviewObject {
    audio_base_64: String,
    generated_voice_id: String,
    media_type: String,
    duration_secs: f64,
    language: Option<String>,
}

impl ElevenLabs {
    /// `POST /v1/text-to-voice/design`, which costs credits.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn design_voice(
        &self,
        key: &Secret,
        request: &VoiceDesign,
        deadline: Deadline,
    ) -> Result<Previews, ElevenLabsError> {
        let body = Body {
            voice_description: &request.voice_description,
            text: request.text.as_deref(),
            auto_generate_text: request.text.is_none(),
        };
        let request = self.json(Method::POST, key, "/v1/text-to-voice/design", &body)?;
        let answer: Answer = self.change(request, deadline, MAX_BYTES).await?;
        let previews = answer.previews.into_iter().map(PreviewObject::decoded);
        Ok(Previews {
            previews: previews.collect::<Result<_, _>>()?,
            text: answer.text,
        })
    }
}

impl PreviewObject {
    fn decoded(self) -> Result<Preview, ElevenLabsError> {
        let audio = STANDARD.decode(&self.audio_base_64);
        let audio = audio.map_err(|_| ElevenLabsError::UnexpectedAnswer {
            what: "a preview is not in base64".to_owned(),
            charge: Charge::Possible,
        })?;
        Ok(Preview {
            generated_voice_id: self.generated_voice_id,
            audio: audio.into(),
            media_type: self.media_type,
            duration_secs: self.duration_secs,
            language: self.language,
        })
    }
}
