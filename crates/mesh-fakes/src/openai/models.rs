use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::Shared;
use super::error::ApiError;

pub(super) async fn retrieve(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let state = shared.lock();
    let model = state.models.iter().find(|model| model.id == id);
    let model = model.ok_or_else(|| ApiError::no_such_model(&id))?;
    Ok(Json(json!({
        "id": model.id,
        "object": "model",
        "created": 1_780_000_000,
        "owned_by": "system",
        "shutdown_date": model.shutdown_date,
    })))
}
