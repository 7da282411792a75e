use mesh_clients::elevenlabs::{ConversationPage, ConversationQuery, ConversationSummary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NEEDS, moment};
use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::field::Limit;
use crate::needs::Needs;
use crate::tool::Tool;

/// # List conversations
/// Lists conversations with the agents of ElevenLabs, the newest first, a page at a time. `get_conversation` reads one.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ListConversations {
    /// Only those with this agent.
    agent_id: Option<Text<100>>,
    /// Where the page before ended: its `nextCursor`.
    cursor: Option<Text<2_000>>,
    /// Only those that began before, in seconds since 1970.
    call_start_before_unix: Option<i64>,
    /// Only those that began after, in seconds since 1970.
    call_start_after_unix: Option<i64>,
    /// How many on a page.
    #[serde(default)]
    page_size: Limit<30, 100>,
    /// How many characters they may take; those that do not fit are counted.
    #[serde(default = "usual_length")]
    #[schemars(range(min = 1_000, max = 100_000))]
    max_length: usize,
}

const fn usual_length() -> usize {
    10_000
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedConversations {
    conversations: Vec<ListedConversation>,
    /// Absent after the last, and where some of this one do not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// So many do not fit: ask with a smaller `page_size` or a larger `max_length`.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<usize>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ListedConversation {
    id: String,
    agent_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// `initiated`, `in-progress`, `processing`, `done` or `failed`.
    status: String,
    /// `success`, `failure` or `unknown`.
    successful: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    duration_seconds: u64,
    messages: u64,
    /// `inbound` or `outbound`.
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
}

impl Tool for ListConversations {
    const NAME: &'static str = "list_conversations";
    const FAMILY: Family = Family::Agents;
    const NEEDS: Needs = NEEDS;
    type Output = ListedConversations;

    async fn call(self, cx: Context<'_>) -> Result<ListedConversations, ToolError> {
        let query = ConversationQuery {
            agent_id: self.agent_id.map(Text::into_string),
            cursor: self.cursor.map(Text::into_string),
            call_start_before_unix: self.call_start_before_unix,
            call_start_after_unix: self.call_start_after_unix,
            page_size: self.page_size.get(),
        };
        let (query, deadline) = (&query, cx.request.deadline);
        let page = cx
            .elevenlabs(
                |client, key| async move { client.conversations(&key, query, deadline).await },
            )
            .await?;
        fitting(page, self.max_length)
    }
}

/// The first of a page that take at most so many characters. What comes after a page that is cut would be missed, so that then no
/// next page is named.
fn fitting(page: ConversationPage, max_length: usize) -> Result<ListedConversations, ToolError> {
    let there_are = page.conversations.len();
    let (mut conversations, mut length) = (Vec::new(), 0);
    for summary in page.conversations {
        let listed = ListedConversation::from(summary);
        let written = serde_json::to_string(&listed).map_err(ToolError::internal)?;
        length += written.chars().count();
        if length > max_length {
            break;
        }
        conversations.push(listed);
    }
    let left_out = there_are - conversations.len();
    Ok(ListedConversations {
        conversations,
        next_cursor: page.next_cursor.filter(|_| page.has_more && left_out == 0),
        left_out: (left_out > 0).then_some(left_out),
    })
}

impl From<ConversationSummary> for ListedConversation {
    fn from(summary: ConversationSummary) -> Self {
        Self {
            id: summary.conversation_id,
            agent_id: summary.agent_id,
            agent_name: summary.agent_name,
            title: summary.call_summary_title,
            status: summary.status,
            successful: summary.call_successful,
            started_at: moment(summary.start_time_unix_secs),
            duration_seconds: summary.call_duration_secs,
            messages: summary.message_count,
            direction: summary.direction,
            language: summary.main_language,
        }
    }
}
