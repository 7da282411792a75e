use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::tool::Tool;

/// # Describe a voice
/// Says what the ElevenLabs account knows of one of its voices: description, labels, how far it was trained, where to hear it.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct GetVoice {
    /// As `search_voices` has it.
    voice_id: Text<100>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DescribedVoice {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Such as accent, age and use.
    labels: BTreeMap<String, String>,
    /// For each model how far it has been trained; empty for voices that need no training.
    fine_tuning: BTreeMap<String, String>,
    /// Where it can be heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview_url: Option<String>,
}

impl Tool for GetVoice {
    const NAME: &'static str = "get_voice";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    type Output = DescribedVoice;

    async fn call(self, cx: Context<'_>) -> Result<DescribedVoice, ToolError> {
        let (id, deadline) = (self.voice_id.as_str(), cx.request.deadline);
        let voice = cx
            .elevenlabs(|client, key| async move { client.voice(&key, id, deadline).await })
            .await?;
        Ok(DescribedVoice {
            id: voice.voice_id,
            name: voice.name,
            category: voice.category,
            description: voice.description,
            labels: voice.labels,
            fine_tuning: voice
                .fine_tuning
                .map(|tuning| tuning.state)
                .unwrap_or_default(),
            preview_url: voice.preview_url,
        })
    }
}
