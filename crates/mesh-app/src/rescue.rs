//! Refusals and faults, as HTTP responses: the forms they take, in one place.

use std::borrow::Cow;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use mesh_gateway::{Comeback, LOOP_DETECTED};
use serde_json::{Value, json};

/// JSON-RPC 2.0, section 5.1.
pub(crate) const PARSE_ERROR: i32 = -32700;
pub(crate) const INVALID_REQUEST: i32 = -32600;
pub(crate) const INVALID_PARAMS: i32 = -32602;
pub(crate) const INTERNAL_ERROR: i32 = -32603;

/// A message that is answered before it reaches the protocol, in the protocol's own form.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// `null` where the message's id could not be read.
    pub(crate) id: Value,
    pub(crate) code: i32,
    pub(crate) message: Cow<'static, str>,
    pub(crate) data: Option<Box<Value>>,
}

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        code: i32,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            id: Value::Null,
            code,
            message: message.into(),
            data: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message)
    }

    /// The refusal of a request that other servers have sent on until it came back here.
    pub(crate) fn comeback(comeback: &Comeback) -> Self {
        let code = i32::try_from(LOOP_DETECTED).expect("it has three digits");
        let message = comeback.to_string();
        Self {
            data: Some(Box::new(comeback.data())),
            ..Self::new(StatusCode::LOOP_DETECTED, code, message)
        }
    }

    #[must_use]
    pub(crate) fn to(mut self, id: Value) -> Self {
        self.id = id;
        self
    }

    pub(crate) fn body(&self) -> Value {
        let mut error = json!({"code": self.code, "message": self.message});
        if let Some(data) = &self.data {
            error["data"] = (**data).clone();
        }
        json!({"jsonrpc": "2.0", "id": self.id, "error": error})
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        json_response(self.status, &self.body())
    }
}

/// The plain routes' form: a short name, and a sentence that says what to do.
pub(crate) fn refuse(status: StatusCode, error: &str, message: &str) -> Response {
    json_response(status, &json!({"error": error, "message": message}))
}

pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response {
    bytes_response(status, "application/json", body.to_string())
}

pub(crate) fn bytes_response(
    status: StatusCode,
    media_type: &'static str,
    body: impl Into<Body>,
) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
