use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error in the documented shape. Its message quotes what was sent, as the real one's does.
#[derive(Debug)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) message: String,
    pub(super) param: Option<&'static str>,
    pub(super) code: Option<&'static str>,
}

impl ApiError {
    pub(super) fn unauthorized(key: &str) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            message: format!("Incorrect API key provided: {key}."),
            param: None,
            code: Some("invalid_api_key"),
        }
    }

    pub(super) fn no_such_model(model: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            message: format!("The model `{model}` does not exist or you do not have access to it."),
            param: Some("model"),
            code: Some("model_not_found"),
        }
    }

    pub(super) fn not_found(what: &str, id: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            message: format!("No {what} found with id '{id}'."),
            param: None,
            code: None,
        }
    }

    pub(super) fn bad_request(param: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            message: message.into(),
            param: Some(param),
            code: Some("invalid_value"),
        }
    }

    pub(super) fn too_many(code: &'static str) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            message: "Too much was asked.".to_owned(),
            param: None,
            code: Some(code),
        }
    }

    pub(super) fn of_status(status: u16, body: &[u8]) -> Self {
        Self {
            status: StatusCode::from_u16(status).expect("a status"),
            message: format!("Not now: {}", String::from_utf8_lossy(body)),
            param: None,
            code: None,
        }
    }

    fn kind(&self) -> &'static str {
        match self.status.as_u16() {
            401 => "authentication_error",
            429 => "requests",
            500.. => "server_error",
            _ => "invalid_request_error",
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let kind = self.kind();
        let error = json!({
            "message": self.message,
            "type": kind,
            "param": self.param,
            "code": self.code,
        });
        (self.status, Json(json!({ "error": error }))).into_response()
    }
}

pub(super) async fn unknown_url() -> ApiError {
    ApiError {
        status: StatusCode::NOT_FOUND,
        message: "Unknown request URL.".to_owned(),
        param: None,
        code: Some("unknown_url"),
    }
}
