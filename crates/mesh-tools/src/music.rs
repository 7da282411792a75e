//! Music of words, of plans and for videos, by ElevenLabs.

mod compose_music;
mod create_composition_plan;
mod model;
mod upload_music_for_inpainting;
mod video_to_music;

pub use compose_music::ComposeMusic;
pub use create_composition_plan::CreateCompositionPlan;
pub use upload_music_for_inpainting::UploadMusicForInpainting;
pub use video_to_music::VideoToMusic;

use mesh_core::Parameter;
use serde_json::{Map, Value};

use crate::error::ToolError;
use crate::family::Family;
use crate::needs::Needs;

/// What every tool of the family needs.
pub(crate) const NEEDS: Needs = Needs::All(&[
    Needs::On(Family::Music),
    Needs::Secret(Parameter::ElevenLabsApiKey),
]);

/// The longest music there is, in seconds.
const LONGEST: u64 = 600;

/// A plan as it came: it is given back as it is.
fn plan(value: Value) -> Result<Map<String, Value>, ToolError> {
    match value {
        Value::Object(plan) => Ok(plan),
        _ => Err(ToolError::Unavailable(
            "ElevenLabs: its answer is no plan".to_owned(),
        )),
    }
}
