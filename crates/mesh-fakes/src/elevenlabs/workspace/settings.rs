use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::Shared;

pub(super) async fn show(State(shared): State<Shared>) -> Json<Value> {
    Json(shared.lock().settings.clone())
}

/// A field that is known takes the place of what was there, as a whole.
pub(super) async fn change(State(shared): State<Shared>, Json(body): Json<Value>) -> Json<Value> {
    let mut state = shared.lock();
    for (field, value) in body.as_object().into_iter().flatten() {
        if let Some(held) = state.settings.get_mut(field) {
            *held = value.clone();
        }
    }
    Json(state.settings.clone())
}
