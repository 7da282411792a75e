use mesh_core::{Deadline, Secret};

use super::{ElevenLabs, ElevenLabsError, Sound, Upload};
use crate::multipart::Form;

impl ElevenLabs {
    /// `POST /v1/audio-isolation`, which costs credits: the voice in a recording, without what else is heard in it.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn isolate_audio(
        &self,
        key: &Secret,
        audio: &Upload,
        deadline: Deadline,
    ) -> Result<Sound, ElevenLabsError> {
        let form = Form::new().file("audio", audio);
        let request = self.form(key, "/v1/audio-isolation", form)?;
        self.sound(request, deadline).await
    }
}
