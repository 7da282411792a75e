use mesh_core::{Deadline, Secret};

use super::client::with_query;
use super::{ElevenLabs, ElevenLabsError, Sound, Upload};
use crate::multipart::Form;

/// Music for what is seen.
#[derive(Clone, Debug)]
pub struct VideoScore {
    /// 1 to 10, of 200 MB and ten minutes together.
    pub videos: Vec<Upload>,
    pub description: Option<String>,
    /// 10 at most.
    pub tags: Vec<String>,
    pub model_id: String,
    /// Such as `mp3_44100_128`.
    pub output_format: Option<String>,
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
        let format = ("output_format", score.output_format.as_deref());
        let path = with_query("/v1/music/video-to-music", &[format]);
        let request = self.form(key, &path, form)?;
        self.sound(request, deadline).await
    }
}
