mod script;
mod stream;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;

use super::error::ApiError;
use super::{Behaviour, Shared};
use script::Script;

#[derive(Deserialize)]
pub(super) struct Asked {
    model: String,
    input: String,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    reasoning: Reasoning,
}

#[derive(Default, Deserialize)]
struct Reasoning {
    effort: Option<String>,
}

const EFFORTS: [&str; 6] = ["none", "low", "medium", "high", "xhigh", "max"];

pub(super) async fn create(
    State(shared): State<Shared>,
    behaviour: Option<Extension<Behaviour>>,
    Json(asked): Json<Asked>,
) -> Result<Response, ApiError> {
    let effort = asked.reasoning.effort.as_deref().unwrap_or("medium");
    if !EFFORTS.contains(&effort) {
        let message = format!("Invalid value: '{effort}'.");
        return Err(ApiError::bad_request("reasoning.effort", message));
    }
    let id = {
        let mut state = shared.lock();
        if !state.has_model(&asked.model) {
            return Err(ApiError::no_such_model(&asked.model));
        }
        state.new_id("resp_")
    };
    let behaviour = behaviour.map(|Extension(behaviour)| behaviour);
    let is_whole = matches!(behaviour, Some(Behaviour::Whole));
    let script = Script::of(id, &asked.model, &asked.input, behaviour);
    if asked.stream && !is_whole {
        return Ok(stream::answer(&script));
    }
    Ok(Json(script.ended()).into_response())
}
