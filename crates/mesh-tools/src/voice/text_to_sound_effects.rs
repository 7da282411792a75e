use mesh_clients::elevenlabs::SoundEffect;
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NEEDS, bought};
use crate::arguments::Text;
use crate::audio::{Asked, OutputFormat, SoundFile, refuse_too_large};
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::field::Decimal;
use crate::needs::Needs;
use crate::spend::{Bought, Estimate, Paid, Purchase};
use crate::tool::Tool;

/// # Make a sound effect
/// Costs credits of the ElevenLabs account, about 40 for each second: only where the user wants it.
///
/// Makes a sound of what is described, and answers where it is.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct TextToSoundEffects {
    /// What is to be heard.
    text: Text<450>,
    /// How long, 0.5 to 30 seconds.
    #[serde(default)]
    duration_seconds: Decimal<50, 3_000, 200>,
    /// Its end fits its beginning.
    #[serde(default)]
    r#loop: bool,
    /// Codec, samples a second and, where it packs, kilobits a second.
    #[serde(default)]
    output_format: OutputFormat,
    /// A folder below the server's own, for files.
    output_directory: Option<Text<1_000>>,
    /// Pay and make it again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

const CREDITS_PER_SECOND: f64 = 40.0;

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Effected {
    sound: SoundFile,
}

impl TextToSoundEffects {
    fn credits(&self) -> u64 {
        (self.duration_seconds.get() * CREDITS_PER_SECOND).ceil() as u64
    }
}

impl Tool for TextToSoundEffects {
    const NAME: &'static str = "text_to_sound_effects";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> =
        Some(|tool, services| services.consent_above(tool.credits(), "Makes a sound effect"));
    type Output = Paid<Effected>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<Effected>, ToolError> {
        let seconds = self.duration_seconds.get().ceil() as u64;
        refuse_too_large(&cx, self.output_format.format(), seconds)?;
        cx.refuse_outside(self.output_directory.as_ref())?;
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: Vec::new(),
            fresh: self.fresh,
            estimate: Estimate::Close(self.credits()),
        };
        cx.paid(purchase, self.made(&cx)).await
    }
}

impl TextToSoundEffects {
    async fn made(&self, cx: &Context<'_>) -> Result<Bought<Effected>, ToolError> {
        let effect = SoundEffect {
            text: self.text.as_str().to_owned(),
            duration_seconds: Some(self.duration_seconds.get()),
            is_loop: self.r#loop,
            output_format: self.output_format.name().to_owned(),
        };
        let (effect, deadline) = (&effect, cx.request.deadline);
        let carrier = cx.carrier(Asked {
            tool: Self::NAME,
            format: self.output_format.format(),
            below: self.output_directory.as_ref().map(Text::as_str),
        })?;
        let sound = cx
            .elevenlabs(
                |client, key| async move { client.sound_effect(&key, effect, deadline).await },
            )
            .await?;
        bought(sound, carrier, |sound| Effected { sound }).await
    }
}
