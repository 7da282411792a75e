//! A response as the platform takes it: whole, or as it comes.

use std::time::Instant;

use axum::body::Body as Incoming;
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt as _, future, stream::BoxStream};
use http::{HeaderValue, StatusCode, header};
use http_body_util::BodyExt as _;
use lambda_http::Body;
use mesh_app::edge::Escaped;
use serde_json::{Value, json};
use tokio::time::sleep_until;

/// How large a whole answer may be, in bytes of the platform's JSON; and the words for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    bytes: usize,
    told: &'static str,
}

impl Limit {
    /// Lambda, Quotas.
    pub(crate) const LAMBDA: Self = Self {
        bytes: 6 * 1024 * 1024 - HEADERS,
        told: "6 MB that Lambda",
    };
    /// Elastic Load Balancing, Lambda functions as targets.
    pub(crate) const LOAD_BALANCER: Self = Self {
        bytes: 1024 * 1024 - HEADERS,
        told: "1 MB that a load balancer",
    };
}

/// What is kept free for them.
const HEADERS: usize = 64 * 1024;

/// The answer of a buffered function; with an empty body where [`Escaped`] in its extensions has it. A stream of events is cut
/// off when the invocation must be over.
pub(crate) async fn whole(
    response: Response,
    until: Option<Instant>,
    limit: Limit,
) -> http::Response<Body> {
    let (mut parts, body) = response.into_parts();
    let bytes = match until.filter(|_| is_events(&parts.headers)) {
        None => body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes),
        Some(_) => Ok(gather(body, until).await),
    };
    if let (Some(escaped), Ok(bytes)) = (parts.extensions.get::<Escaped>(), &bytes)
        && escaped.body == bytes
        && escaped.json.len() <= limit.bytes
    {
        return http::Response::from_parts(parts, Body::Empty);
    }
    parts.extensions.remove::<Escaped>();
    let Ok(bytes) = bytes else {
        tracing::error!("an answer broke off before it was whole");
        parts.status = StatusCode::INTERNAL_SERVER_ERROR;
        return http::Response::from_parts(parts, Body::Empty);
    };
    let body = match String::from_utf8(bytes.into()) {
        Ok(text) if text.is_empty() => Body::Empty,
        Ok(text) => Body::Text(text),
        Err(error) => Body::Binary(error.into_bytes()),
    };
    if length(&body, limit) > limit.bytes {
        return too_large(parts, &body, limit);
    }
    http::Response::from_parts(parts, body)
}

/// What there is of a body until it ends, breaks off, or the time is over.
pub(crate) fn pieces(body: Incoming, until: Option<Instant>) -> BoxStream<'static, Bytes> {
    let pieces = body
        .into_data_stream()
        .take_while(|piece| future::ready(piece.is_ok()))
        .filter_map(|piece| future::ready(piece.ok()));
    match until {
        Some(until) => pieces.take_until(sleep_until(until.into())).boxed(),
        None => pieces.boxed(),
    }
}

async fn gather(body: Incoming, until: Option<Instant>) -> Bytes {
    let pieces: Vec<Bytes> = pieces(body, until).collect().await;
    pieces.concat().into()
}

fn is_events(headers: &http::HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"))
}

/// As it stands in the platform's JSON: bytes in base64, text with its quotes and lines escaped.
fn length(body: &Body, limit: Limit) -> usize {
    match body {
        Body::Text(text) if text.len() > limit.bytes / 2 => text.bytes().map(escaped).sum(),
        Body::Text(text) => text.len(),
        Body::Binary(bytes) => bytes.len().div_ceil(3) * 4,
        _ => 0,
    }
}

const fn escaped(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..0x20 => 6,
        _ => 1,
    }
}

/// In JSON-RPC's form, with its id, where the answer was in that form.
fn too_large(mut parts: http::response::Parts, body: &Body, limit: Limit) -> http::Response<Body> {
    let message = format!(
        "the answer is larger than the {} can return; ask for less",
        limit.told
    );
    let id = serde_json::from_slice::<Value>(body)
        .ok()
        .filter(|answer| answer.get("jsonrpc").is_some())
        .map(|answer| answer.get("id").cloned().unwrap_or_default());
    let (status, told) = match id {
        Some(id) => (
            parts.status,
            json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32603, "message": message}}),
        ),
        None => (
            StatusCode::INTERNAL_SERVER_ERROR,
            json!({"error": "too_large", "message": message}),
        ),
    };
    parts.status = status;
    let json = HeaderValue::from_static("application/json");
    parts.headers.insert(header::CONTENT_TYPE, json);
    parts.headers.remove(header::CONTENT_LENGTH);
    http::Response::from_parts(parts, Body::Text(told.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn whole_of(body: impl Into<Incoming>) -> http::Response<Body> {
        whole(Response::new(body.into()), None, Limit::LAMBDA).await
    }

    #[tokio::test]
    async fn text_stays_text_and_bytes_stay_bytes() {
        assert!(matches!(whole_of("\u{e9}").await.body(), Body::Text(text) if text == "\u{e9}"));
        let bytes = vec![0xff, 0xfe];
        assert!(
            matches!(whole_of(bytes.clone()).await.body(), Body::Binary(found) if *found == bytes)
        );
        assert!(matches!(whole_of("").await.body(), Body::Empty));
    }

    #[tokio::test]
    async fn an_answer_too_large_for_the_platform_keeps_its_id() {
        const LARGEST: usize = Limit::LAMBDA.bytes;
        let quotes = "\"".repeat(LARGEST / 4);
        let answer = json!({"jsonrpc": "2.0", "id": "q7", "result": quotes}).to_string();
        assert!(answer.len() < LARGEST);
        let Body::Text(told) = whole_of(answer).await.into_body() else {
            panic!("text was expected");
        };
        let told: Value = serde_json::from_str(&told).expect("JSON");
        assert_eq!(
            (&told["id"], &told["error"]["code"]),
            (&json!("q7"), &json!(-32603))
        );
        let other = whole_of("x".repeat(LARGEST + 1)).await;
        assert_eq!(other.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[tokio::test]
    async fn a_load_balancer_takes_less() {
        let answer = || Response::new("x".repeat(Limit::LOAD_BALANCER.bytes + 1).into());
        let refused = whole(answer(), None, Limit::LOAD_BALANCER).await;
        assert_eq!(refused.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(matches!(refused.body(), Body::Text(told) if told.contains("1 MB")));
        assert_eq!(
            whole(answer(), None, Limit::LAMBDA).await.status(),
            StatusCode::OK
        );
    }
}
