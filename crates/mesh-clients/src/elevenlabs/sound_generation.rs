use http::Method;
use mesh_core::{Deadline, Secret};
use serde::Serialize;

use super::client::with_query;
use super::{ElevenLabs, ElevenLabsError, Sound};

#[derive(Clone, Debug)]
pub struct SoundEffect {
    pub text: String,
    /// 0.5 to 30; nothing leaves it to what the text asks for.
    pub duration_seconds: Option<f64>,
    pub is_loop: bool,
    /// Such as `mp3_44100_128`.
    pub output_format: String,
}

#[derive(Serialize)]
struct Body<'a> {
    text: &'a str,
    r#loop: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_seconds: Option<f64>,
}

impl ElevenLabs {
    /// `POST /v1/sound-generation`, which costs credits.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn sound_effect(
        &self,
        key: &Secret,
        request: &SoundEffect,
        deadline: Deadline,
    ) -> Result<Sound, ElevenLabsError> {
        let format = ("output_format", Some(request.output_format.as_str()));
        let path = with_query("/v1/sound-generation", &[format]);
        let body = Body {
            text: &request.text,
            r#loop: request.is_loop,
            duration_seconds: request.duration_seconds,
        };
        let request = self.json(Method::POST, key, &path, &body)?;
        self.sound(request, deadline).await
    }
}
