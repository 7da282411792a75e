use mesh_clients::elevenlabs::{Speech, VoiceSettings};
use mesh_core::{Effect, Host};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NEEDS, bought, named_voice, seconds_of};
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

/// # Speak a text
/// Costs credits of the ElevenLabs account, about one for each character: only where the user wants it.
///
/// Makes speech of a text and answers where the sound is.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct TextToSpeech {
    /// What is said: up to the limit of the model, on AWS Lambda 5,000 characters.
    text: Text<40_000>,
    /// Which voice. Without one, and without `voice_name`, the server's own.
    voice_id: Option<Text<100>>,
    /// Which voice, by its name in the account.
    voice_name: Option<Text<100>>,
    /// Which model: `list_models`. Without one, the one that suits the language.
    model_id: Option<Text<100>>,
    /// The language of the text (ISO 639-1), by which a model is chosen where none is named.
    language: Option<Text<10>>,
    /// How even the voice is.
    #[serde(default)]
    stability: Decimal<0, 100, 50>,
    /// How close to the original.
    #[serde(default)]
    similarity_boost: Decimal<0, 100, 75>,
    /// How much of the original's style is exaggerated.
    #[serde(default)]
    style: Decimal<0, 100, 0>,
    /// Closer to the original speaker; takes longer.
    #[serde(default = "super::yes")]
    use_speaker_boost: bool,
    /// How fast.
    #[serde(default)]
    speed: Decimal<70, 120, 100>,
    /// Codec, samples a second and, where it packs, kilobits a second.
    #[serde(default)]
    output_format: OutputFormat,
    /// A folder below the server's own, for files.
    output_directory: Option<Text<1_000>>,
    /// Pay and speak again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

const MAX_ON_LAMBDA: u64 = 5_000;
/// Those that the default model does not speak.
const OF_ANOTHER_MODEL: [&str; 3] = ["hu", "no", "vi"];

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Spoken {
    sound: SoundFile,
    voice_id: String,
    model_id: String,
}

impl TextToSpeech {
    fn characters(&self) -> u64 {
        self.text.as_str().chars().count() as u64
    }

    fn model(&self) -> String {
        let language = self.language.as_ref().map(Text::as_str);
        match &self.model_id {
            Some(model) => model.as_str().to_owned(),
            None if language.is_some_and(|language| OF_ANOTHER_MODEL.contains(&language)) => {
                "eleven_flash_v2_5".to_owned()
            }
            None => "eleven_multilingual_v2".to_owned(),
        }
    }

    /// As most models cost, where nobody knows what this one does.
    fn estimate(&self, services: &Services) -> Estimate {
        let credits = |price: f64| (self.characters() as f64 * price).ceil() as u64;
        match services.price_at_hand(&self.model()) {
            Some(price) => Estimate::Close(credits(price)),
            None => Estimate::Rough(credits(1.0)),
        }
    }

    fn speech(&self, voice_id: &str) -> Speech {
        Speech {
            voice_id: voice_id.to_owned(),
            text: self.text.as_str().to_owned(),
            model_id: self.model(),
            output_format: self.output_format.name().to_owned(),
            language_code: None,
            settings: VoiceSettings {
                stability: self.stability.get(),
                similarity_boost: self.similarity_boost.get(),
                style: self.style.get(),
                use_speaker_boost: self.use_speaker_boost,
                speed: self.speed.get(),
            },
        }
    }

    fn refuse_long(&self, cx: &Context<'_>) -> Result<(), ToolError> {
        let characters = self.characters();
        if cx.services.host == Host::Lambda && characters > MAX_ON_LAMBDA {
            return Err(ToolError::InvalidArguments(format!(
                "`text`: has {characters} characters, at most {MAX_ON_LAMBDA} are spoken here: give it in parts"
            )));
        }
        let seconds = seconds_of(self.text.as_str()) / self.speed.get();
        refuse_too_large(cx, self.output_format.format(), seconds.ceil() as u64)
    }
}

impl Tool for TextToSpeech {
    const NAME: &'static str = "text_to_speech";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> = Some(|tool, services| {
        let credits = tool.estimate(services).credits()?;
        services.consent_above(credits, "Makes speech of a text")
    });
    type Output = Paid<Spoken>;

    async fn prepare(&self, cx: &Context<'_>) {
        cx.learn_prices().await;
    }

    async fn call(self, cx: Context<'_>) -> Result<Paid<Spoken>, ToolError> {
        self.refuse_long(&cx)?;
        cx.refuse_outside(self.output_directory.as_ref())?;
        let (id, name) = (self.voice_id.as_ref(), self.voice_name.as_ref());
        let voice_id = named_voice::meant(&cx, id, name).await?;
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: Vec::new(),
            fresh: self.fresh,
            estimate: self.estimate(cx.services),
        };
        cx.paid(purchase, self.spoken(&cx, voice_id)).await
    }
}

impl TextToSpeech {
    async fn spoken(
        &self,
        cx: &Context<'_>,
        voice_id: String,
    ) -> Result<Bought<Spoken>, ToolError> {
        let speech = self.speech(&voice_id);
        let (speech, deadline) = (&speech, cx.request.deadline);
        let carrier = cx.carrier(Asked {
            tool: Self::NAME,
            format: self.output_format.format(),
            below: self.output_directory.as_ref().map(Text::as_str),
        })?;
        let sound = cx
            .elevenlabs(
                |client, key| async move { client.text_to_speech(&key, speech, deadline).await },
            )
            .await?;
        bought(sound, carrier, |sound| Spoken {
            sound,
            voice_id,
            model_id: speech.model_id.clone(),
        })
        .await
    }
}
