use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal: `detail` is an object, an array of wrong fields, or a text, as on the real one.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) detail: Value,
}

impl ApiError {
    pub(super) fn of(status: u16, detail: Value) -> Self {
        Self {
            status: StatusCode::from_u16(status).expect("a status"),
            detail,
        }
    }

    pub(super) fn named(status: u16, name: &str, message: &str) -> Self {
        Self::of(status, json!({"status": name, "message": message}))
    }

    pub(super) fn wrong(field: &str, kind: &str) -> Self {
        let wrong =
            json!({"loc": ["body", field], "type": kind, "msg": "it is wrong", "input": null});
        Self::of(422, json!([wrong]))
    }

    pub(super) fn not_found(what: &str) -> Self {
        let name = format!("{what}_not_found");
        Self::named(404, &name, &format!("No such {what}"))
    }

    /// As a few of its routes answer.
    pub(super) fn text(status: u16, message: &str) -> Self {
        Self::of(status, json!(message))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "detail": self.detail }))).into_response()
    }
}

pub(super) async fn no_route() -> ApiError {
    ApiError::text(404, "Not Found")
}
