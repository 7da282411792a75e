use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::tool::Tool;

/// # List telephone numbers
/// Lists the telephone numbers of the ElevenLabs account, and which agent answers each.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ListPhoneNumbers {}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedNumbers {
    phone_numbers: Vec<ListedNumber>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ListedNumber {
    id: String,
    phone_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// `twilio`, `sip_trunk` or `exotel`.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supports_inbound: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supports_outbound: Option<bool>,
    /// Who answers it; absent where nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_name: Option<String>,
}

impl Tool for ListPhoneNumbers {
    const NAME: &'static str = "list_phone_numbers";
    const FAMILY: Family = Family::Agents;
    const NEEDS: Needs = NEEDS;
    type Output = ListedNumbers;

    async fn call(self, cx: Context<'_>) -> Result<ListedNumbers, ToolError> {
        let deadline = cx.request.deadline;
        let numbers = cx
            .elevenlabs(|client, key| async move { client.phone_numbers(&key, deadline).await })
            .await?;
        let listed = numbers.into_iter().map(|number| {
            let agent = number.assigned_agent;
            let agent = agent.map(|agent| (agent.agent_id, agent.agent_name));
            let (agent_id, agent_name) = agent.unzip();
            ListedNumber {
                id: number.phone_number_id,
                phone_number: number.phone_number,
                label: number.label,
                provider: number.provider,
                supports_inbound: number.supports_inbound,
                supports_outbound: number.supports_outbound,
                agent_id,
                agent_name: agent_name.flatten(),
            }
        });
        Ok(ListedNumbers {
            phone_numbers: listed.collect(),
        })
    }
}
