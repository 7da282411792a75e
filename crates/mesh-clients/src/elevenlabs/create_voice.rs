use http::Method;
use mesh_core::{Deadline, Secret};
use serde::Serialize;

use super::{ElevenLabs, ElevenLabsError, Voice, voice};

/// A voice of a preview, to be kept.
#[derive(Clone, Debug, Serialize)]
pub struct NewVoiceRequest {
    pub voice_name: String,
    /// 20 to 1,000 characters.
    pub voice_description: String,
    pub generated_voice_id: String,
}

impl ElevenLabs {
    /// `POST /v1/text-to-voice`, which leaves a voice behind.
    ///
    /// # Errors
    /// `VoiceNotFound`, and what any operation may meet.
    pub async fn create_voice(
        &self,
        key: &Secret,
        request: &NewVoiceRequest,
        deadline: Deadline,
    ) -> Result<Voice, ElevenLabsError> {
        let request = self.json(Method::POST, key, "/v1/text-to-voice", request)?;
        self.change(request, deadline, voice::MAX_BYTES).await
    }
}
