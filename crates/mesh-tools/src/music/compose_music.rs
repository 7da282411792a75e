use mesh_clients::elevenlabs::{Composition, MusicSource};
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::MusicModel;
use super::{LONGEST, NEEDS};
use crate::arguments::Text;
use crate::audio::{Asked, OutputFormat, SoundFile, refuse_too_long, refuse_unknown};
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::{Bought, Estimate, Paid, Purchase};
use crate::tool::Tool;

/// # Compose music
/// Costs credits of the ElevenLabs account, about 25 for each second: only where the user wants it.
///
/// Makes music of a description or a plan, and answers where it is. Give exactly one of `prompt` and `composition_plan`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct ComposeMusic {
    /// What is to be heard.
    prompt: Option<Text<4_100>>,
    /// What is to be heard, part by part: as `create_composition_plan` makes it, in the shape of the model.
    composition_plan: Option<Map<String, Value>>,
    /// How long, in milliseconds; by the description where it is left out. A plan has its own.
    #[schemars(range(min = 3_000, max = 600_000))]
    music_length_ms: Option<u32>,
    /// Which model: `music_v1`, `music_v2` or `music_v2_5`.
    #[serde(default)]
    model_id: MusicModel,
    /// Nobody sings.
    #[serde(default)]
    force_instrumental: bool,
    /// Keep the music at ElevenLabs, so that plans can take parts of it: the answer has its `songId`.
    #[serde(default)]
    store_for_inpainting: bool,
    /// The same number makes much the same music (`music_v2` and later).
    seed: Option<u32>,
    /// A folder below the server's own, for files.
    output_directory: Option<Text<1_000>>,
    /// Pay and compose again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

const INSTEAD: &str =
    "give `music_length_ms`, or have a bucket for it on the server (`MESH_AUDIO_BUCKET`)";

/// As plans of the larger accounts have it; ElevenLabs tells what it took only afterwards.
const CREDITS_PER_SECOND: u64 = 25;

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Composed {
    sound: SoundFile,
    model_id: String,
    /// By which plans name it, where it is kept at ElevenLabs.
    #[serde(skip_serializing_if = "Option::is_none")]
    song_id: Option<String>,
}

impl Tool for ComposeMusic {
    const NAME: &'static str = "compose_music";
    const FAMILY: Family = Family::Music;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> =
        Some(|tool, services| match tool.credits() {
            Some(credits) => services.consent_above(credits, "Composes music"),
            None => (tool.source().is_ok()).then(|| Services::consent_to_unknown("Composes music")),
        });
    type Output = Paid<Composed>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<Composed>, ToolError> {
        let source = self.source()?;
        match self.seconds() {
            Some(seconds) => refuse_too_long(&cx, seconds)?,
            None => refuse_unknown(&cx, LONGEST, INSTEAD)?,
        }
        cx.refuse_outside(self.output_directory.as_ref())?;
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: Vec::new(),
            fresh: self.fresh,
            estimate: self.estimate(),
        };
        cx.paid(purchase, self.composed(&cx, source)).await
    }
}

impl ComposeMusic {
    fn source(&self) -> Result<MusicSource, ToolError> {
        let told = |why: &str| Err(ToolError::InvalidArguments(why.to_owned()));
        match (&self.prompt, &self.composition_plan) {
            (Some(prompt), None) => Ok(MusicSource::Prompt {
                prompt: prompt.as_str().to_owned(),
                music_length_ms: self.music_length_ms,
            }),
            (None, Some(_)) if self.music_length_ms.is_some() => {
                told("`music_length_ms`: a plan has its own length; leave it out")
            }
            (None, Some(plan)) => Ok(MusicSource::Plan(plan.clone().into())),
            _ => told("give exactly one of `prompt` and `composition_plan`"),
        }
    }

    /// How long it will be, where that is said.
    fn seconds(&self) -> Option<u64> {
        let planned = self.composition_plan.as_ref().map(planned_ms);
        let length = self.music_length_ms.map(u64::from);
        let length = length.or(planned).filter(|length| *length > 0)?;
        Some(length.div_ceil(1_000))
    }

    fn credits(&self) -> Option<u64> {
        Some(self.seconds()?.saturating_mul(CREDITS_PER_SECOND))
    }

    /// What a newer model costs is told nowhere.
    fn estimate(&self) -> Estimate {
        match (self.credits(), self.model_id) {
            (None, _) => Estimate::Unknown,
            (Some(credits), MusicModel::MusicV25) => Estimate::Rough(credits),
            (Some(credits), _) => Estimate::Close(credits),
        }
    }

    async fn composed(
        &self,
        cx: &Context<'_>,
        source: MusicSource,
    ) -> Result<Bought<Composed>, ToolError> {
        let composition = Composition {
            source,
            model_id: self.model_id.as_str().to_owned(),
            force_instrumental: self.force_instrumental,
            store_for_inpainting: self.store_for_inpainting,
            seed: self.seed,
            // What is said nowhere is of 192 kbit/s with `music_v2`: more than was reckoned with.
            output_format: Some(OutputFormat::default().name().to_owned()),
        };
        let (composition, deadline) = (&composition, cx.request.deadline);
        let carrier = cx.carrier(Asked {
            tool: Self::NAME,
            format: OutputFormat::default().format(),
            below: self.output_directory.as_ref().map(Text::as_str),
        })?;
        let music = cx
            .elevenlabs(|client, key| async move {
                client.compose_music(&key, composition, deadline).await
            })
            .await?;
        let song_id = music.song_id;
        crate::voice::bought(music.sound, carrier, |sound| Composed {
            sound,
            model_id: self.model_id.as_str().to_owned(),
            song_id,
        })
        .await
    }
}

/// Of all parts together, in the shape of either model.
fn planned_ms(plan: &Map<String, Value>) -> u64 {
    let parts = plan.get("chunks").or_else(|| plan.get("sections"));
    let parts = parts.and_then(Value::as_array).into_iter().flatten();
    let lengths = parts.filter_map(|part| {
        let range = &part["range"];
        let taken = || {
            range["end_ms"]
                .as_u64()?
                .checked_sub(range["start_ms"].as_u64()?)
        };
        part["duration_ms"].as_u64().or_else(taken)
    });
    lengths.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_as_long_as_the_parts_of_its_plan() {
        let check = |plan: Value, length_ms: u64| {
            let plan = plan.as_object().expect("an object");
            assert_eq!(planned_ms(plan), length_ms);
        };
        let taken = json!({"song_id": "song", "range": {"start_ms": 1_000, "end_ms": 4_000}});
        check(json!({"chunks": [{"duration_ms": 5_000}, taken]}), 8_000);
        check(
            json!({"sections": [{"duration_ms": 9_000}, {"duration_ms": u64::MAX}]}),
            u64::MAX,
        );
        check(
            json!({"chunks": [{"range": {"start_ms": 4, "end_ms": 1}}, 7]}),
            0,
        );
        check(json!({"chunks": "all"}), 0);
    }
}
