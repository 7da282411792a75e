use mesh_clients::elevenlabs::LibraryQuery;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::field::Limit;
use crate::needs::Needs;
use crate::tool::Tool;

/// # Search the library of voices
/// Searches the voices that others share at ElevenLabs, a page at a time. Their ids are taken by the tools that speak.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SearchVoiceLibrary {
    /// From 0 on.
    #[serde(default)]
    #[schemars(range(min = 0, max = 10_000))]
    page: u32,
    /// How many on a page.
    #[serde(default)]
    page_size: Limit<10, 100>,
    /// Words in names, descriptions and labels.
    search: Option<Text<200>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SharedVoices {
    voices: Vec<SharedVoice>,
    /// There is a next page.
    has_more: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SharedVoice {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    use_case: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preview_url: Option<String>,
}

impl Tool for SearchVoiceLibrary {
    const NAME: &'static str = "search_voice_library";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    type Output = SharedVoices;

    async fn call(self, cx: Context<'_>) -> Result<SharedVoices, ToolError> {
        let query = LibraryQuery {
            page: self.page,
            page_size: self.page_size.get(),
            search: self.search.map(Text::into_string),
        };
        let (query, deadline) = (&query, cx.request.deadline);
        let page = cx
            .elevenlabs(
                |client, key| async move { client.shared_voices(&key, query, deadline).await },
            )
            .await?;
        let voices = page.voices.into_iter().map(|voice| SharedVoice {
            id: voice.voice_id,
            name: voice.name,
            category: voice.category,
            gender: voice.gender,
            age: voice.age,
            accent: voice.accent,
            language: voice.language,
            use_case: voice.use_case,
            description: voice.description,
            preview_url: voice.preview_url,
        });
        Ok(SharedVoices {
            voices: voices.collect(),
            has_more: page.has_more,
        })
    }
}
