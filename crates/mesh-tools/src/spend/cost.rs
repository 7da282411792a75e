use schemars::JsonSchema;
use serde::Serialize;

/// In credits of the ElevenLabs account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// What was expected; absent where nothing tells it before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits_estimated: Option<u64>,
    /// What ElevenLabs says it took; absent where it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits_charged: Option<u64>,
    /// What the account has left of its period, as last known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits_remaining: Option<u64>,
}
