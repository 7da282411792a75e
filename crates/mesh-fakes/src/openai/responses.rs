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
}

pub(super) async fn create(
    State(shared): State<Shared>,
    behaviour: Option<Extension<Behaviour>>,
    Json(asked): Json<Asked>,
) -> Result<Response, ApiError> {
    let id = {
        let mut state = shared.lock();
        if !state.has_model(&asked.model) {
            return Err(ApiError::no_such_model(&asked.model));
        }
        state.new_id("resp_")
    };
    let behaviour = behaviour.map(|Extension(behaviour)| behaviour);
    let script = Script::of(id, &asked.model, &asked.input, behaviour);
    if asked.stream {
        return Ok(stream::answer(&script));
    }
    Ok(Json(script.ended()).into_response())
}
