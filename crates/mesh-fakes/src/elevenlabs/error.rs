use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// A refusal. What it says quotes what was sent, as the real one's does.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    detail: Value,
    retry_after_s: Option<u64>,
}

impl ApiError {
    /// The usual kind, with an object.
    pub(super) fn named(status: u16, code: &str, message: impl Into<String>) -> Self {
        let message: String = message.into();
        let detail = json!({
            "type": kind(status), "code": code, "status": code, "message": message,
            "request_id": "3c807fc4c3a1705f9638ecc764a91c01", "param": null,
        });
        Self::of(status, detail)
    }

    pub(super) fn of(status: u16, detail: Value) -> Self {
        Self {
            status: StatusCode::from_u16(status).expect("a status"),
            detail,
            retry_after_s: None,
        }
    }

    /// Of a parameter that is none of those there are.
    pub(super) fn parameter(name: &str, message: impl Into<String>) -> Self {
        let mut error = Self::named(400, "invalid_parameters", message);
        error.detail["param"] = name.into();
        error
    }

    /// Of a field that is not there.
    pub(super) fn missing(place: &[&str]) -> Self {
        Self::field(place, "missing", "Field required", &Value::Null)
    }

    /// Of a field that is not as it should be.
    pub(super) fn field(place: &[&str], kind: &str, message: &str, input: &Value) -> Self {
        let wrong = json!({"type": kind, "loc": place, "msg": message, "input": input});
        Self::of(422, json!([wrong]))
    }

    pub(super) fn voice_not_found(id: &str) -> Self {
        let message = format!("A voice with the voice_id {id} was not found.");
        Self::named(404, "voice_not_found", message)
    }

    pub(super) fn quota_exceeded(needed: u64, left: u64) -> Self {
        let message = format!(
            "This request exceeds your quota. You have {left} credits remaining, while {needed} credits are required."
        );
        Self::named(401, "quota_exceeded", message)
    }

    pub(super) fn after(mut self, retry_after_s: Option<u64>) -> Self {
        self.retry_after_s = retry_after_s;
        self
    }
}

fn kind(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 | 403 => "authorization_error",
        404 => "not_found",
        429 => "rate_limit_error",
        500.. => "internal_error",
        _ => "validation_error",
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut answer = (self.status, Json(json!({ "detail": self.detail }))).into_response();
        if let Some(seconds) = self.retry_after_s {
            let seconds = HeaderValue::from(seconds);
            answer.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        answer
    }
}

/// What the framework of the real one says.
pub(super) async fn unknown_path() -> ApiError {
    ApiError::of(404, "Not Found".into())
}
