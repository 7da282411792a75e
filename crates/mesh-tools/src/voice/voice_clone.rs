use mesh_clients::elevenlabs::VoiceClone as Request;
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use crate::arguments::Text;
use crate::audio::Recording;
use crate::consent::Consent;
use crate::context::{Context, Services};
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::{Bought, Estimate, Paid, Purchase};
use crate::tool::Tool;

/// # Clone a voice
/// Takes a voice slot of the ElevenLabs account and leaves a voice in it: only where the user wants it, and where whose voice it
/// is has agreed.
///
/// Makes a voice that speaks like the one in 1 to 25 recordings. A person is asked first, always.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct VoiceClone {
    /// What the voice is called.
    name: Text<100>,
    /// Recordings of the voice alone: files in the server's folder of recordings, or `data:audio/mpeg;base64,…`.
    #[schemars(length(min = 1, max = 25))]
    files: Vec<String>,
    /// How it sounds.
    description: Option<Text<1_000>>,
    /// Clone it again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

const MAX_FILES: usize = 25;
const MAX_BYTES: usize = 64 * 1024 * 1024;

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cloned {
    voice_id: String,
    /// Before it speaks, its owner has to show so at ElevenLabs.
    requires_verification: bool,
}

impl Tool for VoiceClone {
    const NAME: &'static str = "voice_clone";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> = Some(|tool, _| {
        let recordings = match tool.files.len() {
            1 => "a recording".to_owned(),
            several => format!("{several} recordings"),
        };
        Some(Consent(format!(
            "Clones the voice in {recordings}, as a new voice of the ElevenLabs account. Whose voice it is must have agreed."
        )))
    });
    type Output = Paid<Cloned>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<Cloned>, ToolError> {
        let recordings = self.recordings(&cx).await?;
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: recordings.iter().map(Recording::digest).collect(),
            fresh: self.fresh,
            estimate: Estimate::Unknown,
        };
        cx.paid(purchase, self.cloned(&cx, &recordings)).await
    }
}

impl VoiceClone {
    async fn recordings(&self, cx: &Context<'_>) -> Result<Vec<Recording>, ToolError> {
        if !(1..=MAX_FILES).contains(&self.files.len()) {
            return Err(ToolError::InvalidArguments(format!(
                "`files`: has {}, must have 1 to {MAX_FILES}",
                self.files.len()
            )));
        }
        let (mut recordings, mut bytes) = (Vec::new(), 0);
        for file in &self.files {
            let recording = Recording::in_file_or_data(cx, "files", file).await?;
            bytes += recording.bytes.len();
            if bytes > MAX_BYTES {
                return Err(ToolError::InvalidArguments(
                    "`files`: together they have more than 64 MiB, and a minute or two of a voice is enough; nothing was sent"
                        .to_owned(),
                ));
            }
            recordings.push(recording);
        }
        Ok(recordings)
    }

    async fn cloned(
        &self,
        cx: &Context<'_>,
        recordings: &[Recording],
    ) -> Result<Bought<Cloned>, ToolError> {
        let request = Request {
            name: self.name.as_str().to_owned(),
            description: self
                .description
                .as_ref()
                .map(|text| text.as_str().to_owned()),
            files: recordings.iter().map(Recording::upload).collect(),
        };
        let (request, deadline) = (&request, cx.request.deadline);
        let voice = cx
            .elevenlabs(
                |client, key| async move { client.clone_voice(&key, request, deadline).await },
            )
            .await?;
        Ok(Bought {
            value: Cloned {
                voice_id: voice.voice_id,
                requires_verification: voice.requires_verification,
            },
            blocks: Vec::new(),
            charged: None,
        })
    }
}
