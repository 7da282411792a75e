use mesh_clients::elevenlabs::NewVoiceRequest;
use mesh_core::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::spend::{Bought, Estimate, Paid, Purchase};
use crate::tool::Tool;

/// # Keep a designed voice
/// Takes a voice slot of the ElevenLabs account and leaves a voice in it: only where the user wants it.
///
/// Keeps one of the voices that `text_to_voice` made.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
pub struct CreateVoiceFromPreview {
    /// As `text_to_voice` has it.
    generated_voice_id: Text<200>,
    /// What the voice is called.
    voice_name: Text<100>,
    /// How it sounds.
    voice_description: Text<1_000>,
    /// Keep it again; else the same within ten minutes has the first answer.
    #[serde(default)]
    fresh: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    voice_id: String,
    name: String,
}

impl Tool for CreateVoiceFromPreview {
    const NAME: &'static str = "create_voice_from_preview";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    const EFFECT: Effect = Effect::Spend;
    type Output = Paid<Kept>;

    async fn call(self, cx: Context<'_>) -> Result<Paid<Kept>, ToolError> {
        let purchase = Purchase {
            tool: Self::NAME,
            arguments: &self,
            recordings: Vec::new(),
            fresh: self.fresh,
            estimate: Estimate::Unknown,
        };
        cx.paid(purchase, self.kept(&cx)).await
    }
}

impl CreateVoiceFromPreview {
    async fn kept(&self, cx: &Context<'_>) -> Result<Bought<Kept>, ToolError> {
        let request = NewVoiceRequest {
            voice_name: self.voice_name.as_str().to_owned(),
            voice_description: self.voice_description.as_str().to_owned(),
            generated_voice_id: self.generated_voice_id.as_str().to_owned(),
        };
        let (request, deadline) = (&request, cx.request.deadline);
        let voice = cx
            .elevenlabs(
                |client, key| async move { client.create_voice(&key, request, deadline).await },
            )
            .await?;
        Ok(Bought {
            value: Kept {
                voice_id: voice.voice_id,
                name: voice.name,
            },
            blocks: Vec::new(),
            charged: None,
        })
    }
}
