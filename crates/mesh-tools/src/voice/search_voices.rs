use mesh_clients::elevenlabs::VoiceQuery;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::tool::Tool;

/// # Search the account's voices
/// Lists the voices of the ElevenLabs account, those whose name, description or labels have the words of `search`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SearchVoices {
    /// Words in names, descriptions, labels and categories.
    search: Option<Text<200>>,
    /// What they are sorted by.
    #[serde(default)]
    sort: Sort,
    /// Which way.
    #[serde(default)]
    sort_direction: Direction,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Name,
    CreatedAtUnix,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Direction {
    Asc,
    #[default]
    Desc,
}

/// As many as a model reads.
const MAX_VOICES: usize = 300;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundVoices {
    voices: Vec<FoundVoice>,
    /// There are more than these: search for less.
    has_more: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FoundVoice {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
}

impl Tool for SearchVoices {
    const NAME: &'static str = "search_voices";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    type Output = FoundVoices;

    async fn call(self, cx: Context<'_>) -> Result<FoundVoices, ToolError> {
        let mut query = VoiceQuery {
            search: self.search.map(Text::into_string),
            sort: Some(
                match self.sort {
                    Sort::Name => "name",
                    Sort::CreatedAtUnix => "created_at_unix",
                }
                .to_owned(),
            ),
            sort_direction: Some(
                match self.sort_direction {
                    Direction::Asc => "asc",
                    Direction::Desc => "desc",
                }
                .to_owned(),
            ),
            page_token: None,
        };
        let deadline = cx.request.deadline;
        let mut voices = Vec::new();
        loop {
            let asked = &query;
            let page = cx
                .elevenlabs(|client, key| async move { client.voices(&key, asked, deadline).await })
                .await?;
            voices.extend(page.voices.into_iter().map(|voice| FoundVoice {
                id: voice.voice_id,
                name: voice.name,
                category: voice.category,
            }));
            let next = page.next_page_token.filter(|_| page.has_more);
            // The same token again would go on for ever.
            if next.is_none() || next == query.page_token || voices.len() >= MAX_VOICES {
                let has_more = voices.len() > MAX_VOICES || next.is_some();
                voices.truncate(MAX_VOICES);
                return Ok(FoundVoices { voices, has_more });
            }
            query.page_token = next;
        }
    }
}
