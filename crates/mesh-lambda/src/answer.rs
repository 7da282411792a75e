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
use mesh_http::is_event_stream;
use serde::Deserialize;
use serde::de::IgnoredAny;
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

/// Bytes reserved for status and headers.
const HEADERS: usize = 64 * 1024;

/// The answer of a buffered function; with an empty body where [`Escaped`] in its extensions has it. A stream of events is cut
/// off when the invocation must be over.
pub(crate) async fn whole(
    response: Response,
    until: Option<Instant>,
    limit: Limit,
) -> http::Response<Body> {
    let (mut parts, body) = response.into_parts();
    let bytes = match until.filter(|_| is_event_stream(&parts.headers)) {
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

/// In JSON-RPC's form, with its ids, where the answer was in that form: one message, several, or the last of a stream.
fn too_large(mut parts: http::response::Parts, body: &Body, limit: Limit) -> http::Response<Body> {
    let message = format!(
        "the answer is larger than the {} can return; ask for less",
        limit.told
    );
    let error = |of: Message| json!({"jsonrpc": "2.0", "id": of.id, "error": {"code": -32603, "message": message}});
    let told = match is_event_stream(&parts.headers) {
        true => last_answer(body).map(error),
        false => match serde_json::from_slice(body) {
            Ok(answers) => Some(Value::Array(Vec::into_iter(answers).map(error).collect())),
            Err(_) => serde_json::from_slice(body).ok().map(error),
        },
    };
    let told = told.unwrap_or_else(|| {
        parts.status = StatusCode::INTERNAL_SERVER_ERROR;
        json!({"error": "too_large", "message": message})
    });
    let json = HeaderValue::from_static("application/json");
    parts.headers.insert(header::CONTENT_TYPE, json);
    parts.headers.remove(header::CONTENT_LENGTH);
    http::Response::from_parts(parts, Body::Text(told.to_string()))
}

/// What is kept of a message that is too large.
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "jsonrpc")]
    _version: IgnoredAny,
    #[serde(default)]
    id: Value,
    result: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

fn last_answer(events: &[u8]) -> Option<Message> {
    let lines = events.split(|byte| *byte == b'\n').rev();
    lines
        .filter_map(|line| serde_json::from_slice(line.strip_prefix(b"data:")?).ok())
        .find(|message: &Message| message.result.is_some() || message.error.is_some())
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
    async fn events_and_batches_too_large_for_the_platform_keep_their_ids_and_their_status() {
        let large = "x".repeat(Limit::LAMBDA.bytes);
        let stream = [
            json!({"jsonrpc": "2.0", "method": "notifications/progress", "params": {}}),
            json!({"jsonrpc": "2.0", "id": 7, "result": large}),
        ];
        let stream = stream.map(|message| format!("id: 1/0\ndata: {message}\n\n"));
        let events = Response::builder().header(header::CONTENT_TYPE, "text/event-stream");
        let events = events.body(stream.concat().into()).expect("a response");
        let batch = json!([
            {"jsonrpc": "2.0", "id": "a", "result": large},
            {"jsonrpc": "2.0", "id": 2, "error": {"code": -32601, "message": "no"}},
        ]);
        let batch = Response::new(batch.to_string().into());
        let ids = async |response| {
            let told = whole(response, None, Limit::LAMBDA).await;
            assert_eq!(told.status(), StatusCode::OK);
            assert_eq!(told.headers()[header::CONTENT_TYPE], "application/json");
            let told: Value = serde_json::from_slice(told.body()).expect("JSON");
            let each = told.as_array().cloned().unwrap_or_else(|| vec![told]);
            assert!(each.iter().all(|one| one["error"]["code"] == -32603));
            each.iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids(events).await, [json!(7)]);
        assert_eq!(ids(batch).await, [json!("a"), json!(2)]);
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
