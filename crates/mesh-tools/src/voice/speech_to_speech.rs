use mesh_clients::elevenlabs::VoiceChange;
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NEEDS, bought, named_voice};
use crate::arguments::Text;
use crate::audio::{Asked, MAX_BASE64, OutputFormat, Recording, SoundFile};
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::{Bought, Paid, Purchase};
use crate::tool::Tool;

/// # Change the voice of a recording
/// Costs credits of the ElevenLabs account, about 1,000 for each minute: only where the user wants it.
///
/// Says what a recording says in another voice, and answers where the sound is.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct SpeechToSpeech {
    /// A file in the server's folder of recordings.
    input_file_path: Option<Text<1_000>>,
    /// The recording itself, in Base64.
    audio_base64: Option<Text<MAX_BASE64>>,
    /// Which voice. Without one, and without `voice_name`, the server's own.
    voice_id: Option<Text<100>>,
    /// Which voice, by its name in the account.
    voice_name: Option<Text<100>>,
    /// A folder below the server's own, for files.
    output_directory: Option<Text<1_000>>,
    /// Pay and do it again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    sound: SoundFile,
    voice_id: String,
}

impl Tool for SpeechToSpeech {
    const NAME: &'static str = "speech_to_speech";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> = Some(|tool, services| {
        let (path, base64) = (tool.input_file_path.as_ref(), tool.audio_base64.as_ref());
        let length = super::length(services, path, base64)?;
        super::consent_to_change(services, length, "Changes the voice of a recording")
    });
    type Output = Paid<Changed>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<Changed>, ToolError> {
        let path = self.input_file_path.as_ref().map(Text::as_str);
        let base64 = self.audio_base64.as_ref().map(Text::as_str);
        let recording = Recording::of(&cx, path, base64, "").await?;
        super::refuse_long(&cx, &recording)?;
        cx.refuse_outside(self.output_directory.as_ref())?;
        let (id, name) = (self.voice_id.as_ref(), self.voice_name.as_ref());
        let voice_id = named_voice::meant(&cx, id, name).await?;
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: vec![recording.digest()],
            fresh: self.fresh,
            estimate: super::estimate_of_change(&recording),
        };
        cx.paid(purchase, self.changed(&cx, &recording, voice_id))
            .await
    }
}

impl SpeechToSpeech {
    async fn changed(
        &self,
        cx: &Context<'_>,
        recording: &Recording,
        voice_id: String,
    ) -> Result<Bought<Changed>, ToolError> {
        let change = VoiceChange {
            voice_id: voice_id.clone(),
            model_id: "eleven_multilingual_sts_v2".to_owned(),
            output_format: None,
            audio: recording.upload(),
        };
        let (change, deadline) = (&change, cx.request.deadline);
        let carrier = cx.carrier(Asked {
            tool: Self::NAME,
            format: OutputFormat::default().format(),
            below: self.output_directory.as_ref().map(Text::as_str),
        })?;
        let sound = cx
            .elevenlabs(|client, key| async move {
                client.speech_to_speech(&key, change, deadline).await
            })
            .await?;
        bought(sound, carrier, |sound| Changed { sound, voice_id }).await
    }
}
