use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NEEDS, bought};
use crate::arguments::Text;
use crate::audio::{Asked, MAX_BASE64, OutputFormat, Recording, SoundFile};
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::{Bought, Paid, Purchase};
use crate::tool::Tool;

/// # Take the noise out of a recording
/// Costs credits of the ElevenLabs account, about 1,000 for each minute: only where the user wants it.
///
/// Leaves of a recording what is spoken, and answers where the sound is.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct IsolateAudio {
    /// A file in the server's folder of recordings.
    input_file_path: Option<Text<1_000>>,
    /// The recording itself, in Base64.
    audio_base64: Option<Text<MAX_BASE64>>,
    /// A folder below the server's own, for files.
    output_directory: Option<Text<1_000>>,
    /// Pay and do it again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Isolated {
    sound: SoundFile,
}

impl Tool for IsolateAudio {
    const NAME: &'static str = "isolate_audio";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> = Some(|tool, services| {
        let (path, base64) = (tool.input_file_path.as_ref(), tool.audio_base64.as_ref());
        let length = super::length(services, path, base64)?;
        super::consent_to_change(services, length, "Takes the noise out of a recording")
    });
    type Output = Paid<Isolated>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<Isolated>, ToolError> {
        let path = self.input_file_path.as_ref().map(Text::as_str);
        let base64 = self.audio_base64.as_ref().map(Text::as_str);
        let recording = Recording::of(&cx, path, base64, "").await?;
        super::refuse_long(&cx, &recording)?;
        cx.refuse_outside(self.output_directory.as_ref())?;
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: vec![recording.digest()],
            fresh: self.fresh,
            estimate: super::estimate_of_change(&recording),
        };
        cx.paid(purchase, self.isolated(&cx, &recording)).await
    }
}

impl IsolateAudio {
    async fn isolated(
        &self,
        cx: &Context<'_>,
        recording: &Recording,
    ) -> Result<Bought<Isolated>, ToolError> {
        let upload = recording.upload();
        let (upload, deadline) = (&upload, cx.request.deadline);
        let carrier = cx.carrier(Asked {
            tool: Self::NAME,
            format: OutputFormat::default().format(),
            below: self.output_directory.as_ref().map(Text::as_str),
        })?;
        let sound = cx
            .elevenlabs(
                |client, key| async move { client.isolate_audio(&key, upload, deadline).await },
            )
            .await?;
        bought(sound, carrier, |sound| Isolated { sound }).await
    }
}
