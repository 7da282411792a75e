use mesh_core::{Deadline, Secret};

use super::client::{id, with_query};
use super::{ElevenLabs, ElevenLabsError, Sound, Upload};
use crate::multipart::Form;

/// What is said in a recording, to be said in another voice.
#[derive(Clone, Debug)]
pub struct VoiceChange {
    pub voice_id: String,
    pub model_id: String,
    /// Such as `mp3_44100_128`.
    pub output_format: Option<String>,
    pub audio: Upload,
}

impl ElevenLabs {
    /// `POST /v1/voice-changer/{voice_id}`, which costs credits.
    ///
    /// # Errors
    /// `VoiceNotFound`, and what any operation may meet.
    pub async fn speech_to_speech(
        &self,
        key: &Secret,
        request: &VoiceChange,
        deadline: Deadline,
    ) -> Result<Sound, ElevenLabsError> {
        let path = format!("/v1/voice-changer/{}", id(&request.voice_id)?);
        let format = ("output_format", request.output_format.as_deref());
        let path = with_query(&path, &[format]);
        let form = Form::new()
            .field("model_id", &request.model_id)
            .file("audio", &request.audio);
        let request = self.form(key, &path, form)?;
        self.sound(request, deadline).await
    }
}
