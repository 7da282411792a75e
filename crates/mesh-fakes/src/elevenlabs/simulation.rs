use axum::Json;
use axum::extract::{Path, State};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::Shared;
use super::body::Fields;
use super::conversations::{analysis, transcript};
use super::error::ApiError;

/// Credits for a turn.
const A_TURN: u64 = 10;

/// `POST /v1/convai/agents/{id}/simulate-conversation`: both speak in turn, and every criterion is met.
pub(super) async fn run(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let fields = Fields::read(&body)?;
    let user = &fields.value("simulation_specification")["simulated_user_config"];
    if user.is_null() {
        return Err(ApiError::missing(&[
            "body",
            "simulation_specification",
            "simulated_user_config",
        ]));
    }
    let turns = fields.value("new_turns_limit").as_u64().unwrap_or(10);
    let mut judgements = Map::new();
    for criterion in fields
        .value("extra_evaluation_criteria")
        .as_array()
        .into_iter()
        .flatten()
    {
        let id = criterion["id"].as_str().unwrap_or("");
        let judgement = json!({"criteria_id": id, "result": "success", "rationale": "It was."});
        judgements.insert(id.to_owned(), judgement);
    }
    let mut state = shared.lock();
    let greeting = state.agent(&id)?.first_message().to_owned();
    state.spend(turns * A_TURN)?;
    let first = user["first_message"]
        .as_str()
        .unwrap_or("I have a question.");
    let said = (0..turns).map(|place| match place {
        0 => ("agent".to_owned(), greeting.clone()),
        1 => ("user".to_owned(), first.to_owned()),
        place if place % 2 == 0 => ("agent".to_owned(), format!("Answer {place}.")),
        place => ("user".to_owned(), format!("Question {place}?")),
    });
    let said: Vec<_> = said.collect();
    Ok(Json(json!({
        "simulated_conversation": transcript(&said), "analysis": analysis(&judgements.into()),
    })))
}
