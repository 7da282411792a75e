use mesh_clients::elevenlabs::UploadedMusic;
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{NEEDS, plan};
use crate::arguments::Text;
use crate::audio::{MAX_BASE64, Recording};
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::{Bought, Estimate, Paid, Purchase};
use crate::tool::Tool;

/// # Keep music to compose from
/// May cost credits of the ElevenLabs account, and leaves a song in it: only where the user wants it.
///
/// Keeps a recording of music at ElevenLabs, and answers its `songId`, which the plans of `compose_music` take parts of;
/// on request a plan of it, too. Only some plans of ElevenLabs allow it.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct UploadMusicForInpainting {
    /// A file in the server's folder of recordings.
    input_file_path: Option<Text<1_000>>,
    /// The recording itself, in Base64.
    audio_base64: Option<Text<MAX_BASE64>>,
    /// The model whose plan of it is wanted: `music_v1`, `music_v2` or `music_v2_5`; `none` for no plan.
    #[serde(default)]
    extract_composition_plan: Extract,
    /// Keep it again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

/// A `null` is an argument that is left out: it cannot say that none is wanted.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Extract {
    MusicV1,
    #[default]
    MusicV2,
    #[serde(rename = "music_v2_5")]
    MusicV25,
    None,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptMusic {
    song_id: String,
    /// In ElevenLabs' own words, as `compose_music` takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    composition_plan: Option<Map<String, Value>>,
}

impl Tool for UploadMusicForInpainting {
    const NAME: &'static str = "upload_music_for_inpainting";
    const FAMILY: Family = Family::Music;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> =
        Some(|_, _| Some(Services::consent_to_unknown("Keeps music at ElevenLabs")));
    type Output = Paid<KeptMusic>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<KeptMusic>, ToolError> {
        let path = self.input_file_path.as_ref().map(Text::as_str);
        let base64 = self.audio_base64.as_ref().map(Text::as_str);
        let recording = Recording::of(&cx, path, base64, "").await?;
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: vec![recording.digest()],
            fresh: self.fresh,
            estimate: Estimate::Unknown,
        };
        cx.paid(purchase, self.kept(&cx, &recording)).await
    }
}

impl UploadMusicForInpainting {
    async fn kept(
        &self,
        cx: &Context<'_>,
        recording: &Recording,
    ) -> Result<Bought<KeptMusic>, ToolError> {
        let extract = match self.extract_composition_plan {
            Extract::MusicV1 => Some("music_v1"),
            Extract::MusicV2 => Some("music_v2"),
            Extract::MusicV25 => Some("music_v2_5"),
            Extract::None => None,
        };
        let music = UploadedMusic {
            file: recording.upload(),
            extract_composition_plan: extract.map(str::to_owned),
        };
        let (music, deadline) = (&music, cx.request.deadline);
        let song = cx
            .elevenlabs(
                |client, key| async move { client.upload_music(&key, music, deadline).await },
            )
            .await?;
        Ok(Bought {
            value: KeptMusic {
                song_id: song.song_id,
                composition_plan: song.composition_plan.map(plan).transpose()?,
            },
            blocks: Vec::new(),
            charged: None,
        })
    }
}
