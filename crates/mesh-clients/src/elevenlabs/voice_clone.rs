use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::{ElevenLabs, ElevenLabsError, Upload};
use crate::multipart::Form;

const MAX_BYTES: u64 = 64 * 1024;

#[derive(Clone, Debug)]
pub struct VoiceClone {
    pub name: String,
    pub description: Option<String>,
    /// Recordings of the voice: 1 to 25.
    pub files: Vec<Upload>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct NewVoice {
    pub voice_id: String,
    /// Whether somebody has to show that the voice is theirs before it can be used.
    pub requires_verification: bool,
}

impl ElevenLabs {
    /// `POST /v1/voices/add`, which leaves a voice behind each time.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn clone_voice(
        &self,
        key: &Secret,
        request: &VoiceClone,
        deadline: Deadline,
    ) -> Result<NewVoice, ElevenLabsError> {
        let form = Form::new()
            .field("name", &request.name)
            .optional("description", request.description.as_deref());
        let mut files = request.files.iter();
        let form = files
            .by_ref()
            .fold(form, |form, file| form.file("files", file));
        let request = self.form(key, "/v1/voices/add", form)?;
        self.change(request, deadline, MAX_BYTES).await
    }
}
