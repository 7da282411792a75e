//! In credits of the account; what nobody tells is absent. Schemas say no more of it than names: it is in those of many tools.

use schemars::JsonSchema;
use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits_estimated: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits_charged: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits_remaining: Option<u64>,
}
