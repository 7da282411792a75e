use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::tool::Tool;

/// # Look at the ElevenLabs account
/// Says what the plan of the ElevenLabs account is, how many credits and voice slots it has left, and when it gets new ones.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct CheckSubscription {}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckedSubscription {
    plan: String,
    status: String,
    credits_used: u64,
    credits_limit: u64,
    credits_remaining: u64,
    /// When the used ones are counted from zero again.
    #[serde(skip_serializing_if = "Option::is_none")]
    resets_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice_slots_used: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice_slots_limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_clone_voices: Option<bool>,
}

impl Tool for CheckSubscription {
    const NAME: &'static str = "check_subscription";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    type Output = CheckedSubscription;

    async fn call(self, cx: Context<'_>) -> Result<CheckedSubscription, ToolError> {
        let deadline = cx.request.deadline;
        let read = cx
            .elevenlabs(|client, key| async move { client.subscription(&key, deadline).await })
            .await?;
        let reset = read.next_character_count_reset_unix;
        let reset = reset.and_then(|second| jiff::Timestamp::from_second(second).ok());
        Ok(CheckedSubscription {
            plan: read.tier,
            status: read.status,
            credits_used: read.character_count,
            credits_limit: read.character_limit,
            credits_remaining: read.character_limit.saturating_sub(read.character_count),
            resets_at: reset.map(|reset| reset.to_string()),
            voice_slots_used: read.voice_slots_used,
            voice_slots_limit: read.voice_limit,
            can_clone_voices: read.can_use_instant_voice_cloning,
        })
    }
}
