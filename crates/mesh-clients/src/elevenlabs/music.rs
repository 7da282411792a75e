use http::{HeaderMap, Method};
use mesh_core::{Deadline, Secret};
use serde::Serialize;
use serde_json::Value;

use super::client::with_query;
use super::{ElevenLabs, ElevenLabsError, Sound};

#[derive(Clone, Debug)]
pub struct Composition {
    pub source: MusicSource,
    pub model_id: String,
    pub force_instrumental: bool,
    /// Whether the song is kept, so that others can take parts of it.
    pub store_for_inpainting: bool,
    pub seed: Option<u32>,
    /// Such as `mp3_44100_128`.
    pub output_format: Option<String>,
}

#[derive(Clone, Debug)]
pub enum MusicSource {
    Prompt {
        prompt: String,
        /// 3,000 to 600,000; nothing leaves it to what the prompt asks for.
        music_length_ms: Option<u32>,
    },
    /// In the shape that the model takes.
    Plan(Value),
}

/// Music on its way.
#[derive(Debug)]
pub struct Music {
    pub sound: Sound,
    /// What it is kept under, where it was to be and the answer says so.
    pub song_id: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    composition_plan: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    music_length_ms: Option<u32>,
    model_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u32>,
    force_instrumental: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    store_for_inpainting: bool,
}

impl ElevenLabs {
    /// `POST /v1/music`, which costs credits.
    ///
    /// # Errors
    /// What any operation may meet.
    pub async fn compose_music(
        &self,
        key: &Secret,
        composition: &Composition,
        deadline: Deadline,
    ) -> Result<Music, ElevenLabsError> {
        let format = ("output_format", composition.output_format.as_deref());
        let path = with_query("/v1/music", &[format]);
        let request = self.json(Method::POST, key, &path, &composition.body())?;
        let (sound, head) = self.sound_with_head(request, deadline).await?;
        Ok(Music {
            sound,
            song_id: song_id(&head),
        })
    }
}

impl Composition {
    fn body(&self) -> Body<'_> {
        let (prompt, music_length_ms, composition_plan) = match &self.source {
            MusicSource::Prompt {
                prompt,
                music_length_ms,
            } => (Some(prompt.as_str()), *music_length_ms, None),
            MusicSource::Plan(plan) => (None, None, Some(plan)),
        };
        Body {
            prompt,
            composition_plan,
            music_length_ms,
            model_id: &self.model_id,
            seed: self.seed,
            force_instrumental: self.force_instrumental,
            store_for_inpainting: self.store_for_inpainting,
        }
    }
}

fn song_id(head: &HeaderMap) -> Option<String> {
    let id = head.get("song-id")?.to_str().ok()?;
    (!id.is_empty()).then(|| id.to_owned())
}
