use mesh_clients::elevenlabs::VideoScore;
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::MusicModel;
use super::{LONGEST, NEEDS};
use crate::arguments::Text;
use crate::audio::{Asked, OutputFormat, Recording, SoundFile, refuse_unknown};
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::{Bought, Estimate, Paid, Purchase};
use crate::tool::Tool;

/// # Compose music for videos
/// Costs credits of the ElevenLabs account, by the length of the videos: only where the user wants it.
///
/// Makes music that suits 1 to 10 videos, one after the other, and answers where it is.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct VideoToMusic {
    /// The videos in their order: files in the server's folder of recordings, or `data:video/mp4;base64,…`; of 200 MB and ten
    /// minutes together.
    #[schemars(length(min = 1, max = 10))]
    input_file_paths: Vec<String>,
    /// What the music is to be like.
    description: Option<Text<4_100>>,
    /// Up to 10 words for its style.
    #[serde(default)]
    #[schemars(length(max = 10))]
    tags: Vec<Text<100>>,
    /// Which model: `music_v1`, `music_v2` or `music_v2_5`.
    #[serde(default)]
    model_id: MusicModel,
    /// A folder below the server's own, for files.
    output_directory: Option<Text<1_000>>,
    /// Pay and compose again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

const INSTEAD: &str = "have a bucket for it on the server (`MESH_AUDIO_BUCKET`)";
const MAX_VIDEOS: usize = 10;
const MAX_TAGS: usize = 10;
const MAX_BYTES: usize = 200_000_000;

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scored {
    sound: SoundFile,
    model_id: String,
}

impl Tool for VideoToMusic {
    const NAME: &'static str = "video_to_music";
    const FAMILY: Family = Family::Music;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> =
        Some(|_, _| Some(Services::consent_to_unknown("Makes music for videos")));
    type Output = Paid<Scored>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<Scored>, ToolError> {
        refuse_unknown(&cx, LONGEST, INSTEAD)?;
        let videos = self.videos(&cx).await?;
        cx.refuse_outside(self.output_directory.as_ref())?;
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: videos.iter().map(Recording::digest).collect(),
            fresh: self.fresh,
            estimate: Estimate::Unknown,
        };
        cx.paid(purchase, self.scored(&cx, &videos)).await
    }
}

impl VideoToMusic {
    async fn videos(&self, cx: &Context<'_>) -> Result<Vec<Recording>, ToolError> {
        let told = |why: String| Err(ToolError::InvalidArguments(why));
        let (paths, tags) = (self.input_file_paths.len(), self.tags.len());
        if !(1..=MAX_VIDEOS).contains(&paths) {
            return told(format!(
                "`input_file_paths`: has {paths}, must have 1 to {MAX_VIDEOS}"
            ));
        }
        if tags > MAX_TAGS {
            return told(format!(
                "`tags`: has {tags}, at most {MAX_TAGS} are allowed"
            ));
        }
        let (mut videos, mut bytes) = (Vec::new(), 0);
        for path in &self.input_file_paths {
            let video = Recording::in_file_or_data(cx, "input_file_paths", path).await?;
            bytes += video.bytes.len();
            if bytes > MAX_BYTES {
                return told(
                    "`input_file_paths`: together they have more than 200 MB; nothing was spent"
                        .to_owned(),
                );
            }
            videos.push(video);
        }
        Ok(videos)
    }

    async fn scored(
        &self,
        cx: &Context<'_>,
        videos: &[Recording],
    ) -> Result<Bought<Scored>, ToolError> {
        let description = self.description.as_ref().map(Text::as_str);
        let tags = self.tags.iter().map(Text::as_str);
        let score = VideoScore {
            videos: videos.iter().map(Recording::video).collect(),
            description: description.map(str::to_owned),
            tags: tags.map(str::to_owned).collect(),
            model_id: self.model_id.as_str().to_owned(),
            output_format: Some(OutputFormat::default().name().to_owned()),
        };
        let (score, deadline) = (&score, cx.request.deadline);
        let carrier = cx.carrier(Asked {
            tool: Self::NAME,
            format: OutputFormat::default().format(),
            below: self.output_directory.as_ref().map(Text::as_str),
        })?;
        let sound = cx
            .elevenlabs(
                |client, key| async move { client.video_to_music(&key, score, deadline).await },
            )
            .await?;
        crate::voice::bought(sound, carrier, |sound| Scored {
            sound,
            model_id: self.model_id.as_str().to_owned(),
        })
        .await
    }
}
