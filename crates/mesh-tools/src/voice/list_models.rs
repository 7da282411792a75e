use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NEEDS;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::tool::Tool;

/// # List the models that speak
/// Lists ElevenLabs' models: what each can do, its languages, the longest text that it takes and what a character costs.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ListModels {}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ListedModels {
    models: Vec<ListedModel>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ListedModel {
    id: String,
    name: String,
    speaks: bool,
    changes_voices: bool,
    /// ISO 639.
    languages: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_characters: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credits_per_character: Option<f64>,
}

impl Tool for ListModels {
    const NAME: &'static str = "list_models";
    const FAMILY: Family = Family::Voice;
    const NEEDS: Needs = NEEDS;
    type Output = ListedModels;

    async fn call(self, cx: Context<'_>) -> Result<ListedModels, ToolError> {
        let deadline = cx.request.deadline;
        let models = cx
            .elevenlabs(|client, key| async move { client.models(&key, deadline).await })
            .await?;
        let listed = models.into_iter().map(|model| ListedModel {
            id: model.model_id,
            name: model.name,
            speaks: model.can_do_text_to_speech,
            changes_voices: model.can_do_voice_conversion,
            languages: model
                .languages
                .into_iter()
                .map(|language| language.language_id)
                .collect(),
            max_characters: model.maximum_text_length_per_request,
            credits_per_character: model.character_cost_multiplier,
        });
        Ok(ListedModels {
            models: listed.collect(),
        })
    }
}
