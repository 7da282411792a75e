use mesh_clients::elevenlabs::PlanRequest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::MusicModel;
use super::{NEEDS, plan};
use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;
use crate::tool::Tool;

/// # Plan a composition
/// Costs nothing.
///
/// Makes a plan of music, part by part, of what is described. `compose_music` takes it as its `composition_plan`, changed or as it
/// is, with the same model.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct CreateCompositionPlan {
    /// What is to be heard.
    prompt: Text<4_100>,
    /// How long, in milliseconds; by the description where it is left out.
    #[schemars(range(min = 3_000, max = 600_000))]
    music_length_ms: Option<u32>,
    /// A plan to begin with, in the shape of the model.
    source_composition_plan: Option<Map<String, Value>>,
    /// For which model: `music_v1`, `music_v2` or `music_v2_5`.
    #[serde(default)]
    model_id: MusicModel,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    /// In ElevenLabs' own words: `chunks` for `music_v2` and later, `sections` for `music_v1`.
    composition_plan: Map<String, Value>,
    model_id: String,
}

impl Tool for CreateCompositionPlan {
    const NAME: &'static str = "create_composition_plan";
    const FAMILY: Family = Family::Music;
    const NEEDS: Needs = NEEDS;
    type Output = Planned;

    async fn call(self, cx: Context<'_>) -> Result<Planned, ToolError> {
        let model_id = self.model_id.as_str().to_owned();
        let request = PlanRequest {
            prompt: self.prompt.into_string(),
            music_length_ms: self.music_length_ms,
            source_composition_plan: self.source_composition_plan.map(Value::Object),
            model_id: model_id.clone(),
        };
        let (request, deadline) = (&request, cx.request.deadline);
        let planned = cx
            .elevenlabs(|client, key| async move {
                client.composition_plan(&key, request, deadline).await
            })
            .await?;
        Ok(Planned {
            composition_plan: plan(planned)?,
            model_id,
        })
    }
}
