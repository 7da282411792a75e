use mesh_core::{Deadline, Secret};

use super::multipart::Form;
use super::{ElevenLabs, ElevenLabsError, Sound, Upload};

/// Music for what is seen.
#[derive(Clone, Debug)]
pub struct VideoScore {
    /// 1 to 10, of 200 MB and ten minutes together.
    pub videos: Vec<Upload>,
    pub description: Option<String>,
    /// 10 at most.
    pub tags: Vec<String>,
    pub model_id: String,
}

impl ElevenLabs {
    /// `POST /v1/music/video-to-music`, which costs credits.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn video_to_music(
        &self,
        key: &Secret,
        score: &VideoScore,
        deadline: Deadline,
    ) -> Result<Sound, ElevenLabsError> {
        let form = Form::new().optional("description", score.description.as_deref());
        let tags = score.tags.iter();
        let form = tags.fold(form, |form, tag| form.field("tags", tag));
        let form = form.field("model_id", &score.model_id);
        let videos = score.videos.iter();
        let form = videos.fold(form, |form, video| form.file("videos", video));
        let request = self.form(key, "/v1/music/video-to-music", form)?;
        self.sound(request, deadline).await
    }
}
