use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ElevenLabs, ElevenLabsError, Upload};
use crate::multipart::Form;

const MAX_BYTES: u64 = 1024 * 1024;

#[derive(Clone, Debug)]
pub struct UploadedMusic {
    pub file: Upload,
    /// The model whose plan of it is wanted.
    pub extract_composition_plan: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct StoredSong {
    pub song_id: String,
    pub composition_plan: Option<Value>,
}

impl ElevenLabs {
    /// `POST /v1/music/upload`, which leaves a song behind each time, and may cost credits.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn upload_music(
        &self,
        key: &Secret,
        music: &UploadedMusic,
        deadline: Deadline,
    ) -> Result<StoredSong, ElevenLabsError> {
        let plan = music.extract_composition_plan.as_deref();
        let form = Form::new()
            .optional("extract_composition_plan", plan)
            .file("file", &music.file);
        let request = self.form(key, "/v1/music/upload", form)?;
        self.change(request, deadline, MAX_BYTES).await
    }
}
