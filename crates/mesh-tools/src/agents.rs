//! Agents that talk, by ElevenLabs: made, given documents, tried out, and what was said to them.

mod add_knowledge_base_to_agent;
mod create_agent;
mod document;
mod get_agent;
mod get_conversation;
mod list_agents;
mod list_conversations;
mod list_phone_numbers;
mod said;
mod simulate_conversation;

pub use add_knowledge_base_to_agent::AddKnowledgeBaseToAgent;
pub use create_agent::CreateAgent;
pub use get_agent::GetAgent;
pub use get_conversation::GetConversation;
pub use list_agents::ListAgents;
pub use list_conversations::ListConversations;
pub use list_phone_numbers::ListPhoneNumbers;
pub use simulate_conversation::SimulateConversation;

use mesh_core::Parameter;

use crate::family::Family;
use crate::needs::Needs;

/// What every tool of the family needs.
pub(crate) const NEEDS: Needs = Needs::All(&[
    Needs::On(Family::Agents),
    Needs::Secret(Parameter::ElevenLabsApiKey),
]);

/// A moment as ElevenLabs counts it.
fn moment(unix_seconds: i64) -> Option<String> {
    let moment = jiff::Timestamp::from_second(unix_seconds).ok()?;
    Some(moment.to_string())
}
