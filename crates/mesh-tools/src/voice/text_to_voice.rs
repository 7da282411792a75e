use mesh_clients::elevenlabs::{Preview as Heard, VoiceDesign};
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NEEDS, seconds_of};
use crate::arguments::Text;
use crate::audio::{Asked, OutputFormat, SoundFile, refuse_too_long};
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::{Bought, Estimate, Paid, Purchase};
use crate::tool::Tool;

/// # Design a voice
/// Costs credits of the ElevenLabs account, about one for each character that the previews say: only where the user wants it.
///
/// Makes three voices of a description, and answers a sound of each. `create_voice_from_preview` keeps one.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct TextToVoice {
    /// How the voice sounds: 20 to 1,000 characters.
    voice_description: Text<1_000>,
    /// What the previews say: 100 to 1,000 characters. Written by ElevenLabs where it is left out.
    text: Option<Text<1_000>>,
    /// A folder below the server's own, for files.
    output_directory: Option<Text<1_000>>,
    /// Pay and design them again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

const PREVIEWS: f64 = 3.0;
const LONGEST: u64 = 1_000;
const BOUNDS: [(&str, usize); 2] = [("voice_description", 20), ("text", 100)];

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Designed {
    previews: Vec<Preview>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Preview {
    generated_voice_id: String,
    sound: SoundFile,
    seconds: f64,
}

impl TextToVoice {
    /// Nobody knows how much ElevenLabs writes.
    fn estimate(&self) -> Estimate {
        match &self.text {
            Some(_) => Estimate::Close(self.credits()),
            None => Estimate::Rough(self.credits()),
        }
    }

    fn credits(&self) -> u64 {
        let text = self.text.as_ref();
        text.map_or(LONGEST, |text| text.as_str().chars().count() as u64)
    }

    /// The three of them go into one answer.
    fn refuse_long(&self, cx: &Context<'_>) -> Result<(), ToolError> {
        let Some(text) = &self.text else {
            return Ok(());
        };
        refuse_too_long(cx, (PREVIEWS * seconds_of(text.as_str())).ceil() as u64)
    }

    fn refuse_short(&self) -> Result<(), ToolError> {
        let texts = [Some(&self.voice_description), self.text.as_ref()];
        for ((name, least), text) in BOUNDS.into_iter().zip(texts) {
            let length = text.map_or(least, |text| text.as_str().chars().count());
            if length < least {
                return Err(ToolError::InvalidArguments(format!(
                    "`{name}`: has {length} characters, must have {least} to {LONGEST}"
                )));
            }
        }
        Ok(())
    }
}

impl Tool for TextToVoice {
    const NAME: &'static str = "text_to_voice";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> =
        Some(|tool, services| services.consent_above(tool.credits(), "Designs three voices"));
    type Output = Paid<Designed>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<Designed>, ToolError> {
        self.refuse_short()?;
        self.refuse_long(&cx)?;
        cx.refuse_outside(self.output_directory.as_ref())?;
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: Vec::new(),
            fresh: self.fresh,
            estimate: self.estimate(),
        };
        cx.paid(purchase, self.designed(&cx)).await
    }
}

impl TextToVoice {
    async fn designed(&self, cx: &Context<'_>) -> Result<Bought<Designed>, ToolError> {
        let design = VoiceDesign {
            voice_description: self.voice_description.as_str().to_owned(),
            text: self.text.as_ref().map(|text| text.as_str().to_owned()),
        };
        let (design, deadline) = (&design, cx.request.deadline);
        let asked = Asked {
            tool: Self::NAME,
            format: OutputFormat::default().format(),
            below: self.output_directory.as_ref().map(Text::as_str),
        };
        // Where there is a place for one, there is one for three.
        let first = cx.carrier(asked)?;
        let designed = cx
            .elevenlabs(
                |client, key| async move { client.design_voice(&key, design, deadline).await },
            )
            .await?;
        drop(first);
        let kept = kept(cx, asked, &designed.previews).await;
        kept.map_err(|error| made_all_the_same(&error, &designed.previews))
    }
}

/// All of them are written before one is kept: where there is no room for one, none is left.
async fn kept(
    cx: &Context<'_>,
    asked: Asked<'_>,
    previews: &[Heard],
) -> Result<Bought<Designed>, ToolError> {
    let held = previews
        .iter()
        .map(|preview| cx.carrier(asked)?.holding(&preview.audio));
    let held: Vec<_> = held.collect::<Result<_, _>>()?;
    let mut bought = Bought {
        value: Designed {
            previews: Vec::new(),
        },
        blocks: Vec::new(),
        charged: None,
    };
    for (preview, carrier) in previews.iter().zip(held) {
        let carried = carrier.close(preview.media_type.clone()).await?;
        bought.blocks.extend(carried.blocks);
        bought.value.previews.push(Preview {
            generated_voice_id: preview.generated_voice_id.clone(),
            sound: carried.file,
            seconds: preview.duration_secs,
        });
    }
    Ok(bought)
}

/// The sounds are lost, and the voices are not.
fn made_all_the_same(error: &ToolError, previews: &[Heard]) -> ToolError {
    let ids: Vec<_> = previews
        .iter()
        .map(|preview| preview.generated_voice_id.as_str())
        .collect();
    ToolError::Unavailable(format!(
        "{error}; the voices are designed all the same, and `create_voice_from_preview` takes {}",
        ids.join(", ")
    ))
}
