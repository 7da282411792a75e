use std::io;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use http::{HeaderValue, header};
use serde_json::{Value, json};

use super::Behaviour;
use super::error::ApiError;
use crate::serve::Reset;

/// As much as is held of a body that has no end in sight.
const CHUNK: &[u8] = &[0; 64 * 1024];

/// What is answered in place of the usual, which has its effect where it is waited for.
pub(super) async fn instead(
    behaviour: Behaviour,
    usual: impl Future<Output = Response>,
    sent: &Bytes,
) -> Response {
    let quoted = || format!("Not now: {}", String::from_utf8_lossy(sent));
    match behaviour {
        Behaviour::Status(status) => ApiError::named(status, "faked", quoted()).into_response(),
        Behaviour::PlainStatus(status) => ApiError::of(status, quoted().into()).into_response(),
        Behaviour::InvalidFields => invalid_fields(sent).into_response(),
        Behaviour::Reset => Reset.into_response(),
        Behaviour::Lost => {
            usual.await;
            Reset.into_response()
        }
        Behaviour::Stall { ms } => {
            pause(ms).await;
            usual.await
        }
        Behaviour::Html => Html("<html><body>Sign in to the network</body></html>").into_response(),
        Behaviour::Slow { .. }
        | Behaviour::StallHalfway { .. }
        | Behaviour::CutOff
        | Behaviour::WrongType
        | Behaviour::Empty
        | Behaviour::Huge { .. } => rewritten(behaviour, usual.await).await,
        refusal => refused(refusal).into_response(),
    }
}

fn refused(behaviour: Behaviour) -> ApiError {
    match behaviour {
        Behaviour::MissingPermission(scope) => {
            let message = format!(
                "The API key you used is missing the permission {scope} to execute this operation."
            );
            ApiError::named(401, "missing_permissions", message)
        }
        Behaviour::WrongResidency => {
            let message = "Invalid API key: The API key used is for a data residency stack, however this server is a \
                           global server. Please check you are calling the correct API URL.";
            ApiError::named(401, "invalid_api_key", message)
        }
        Behaviour::QuotaExceeded => ApiError::quota_exceeded(900, 12),
        Behaviour::PlanRequired => {
            let message = "This feature is only available for creators and above.";
            ApiError::named(403, "only_for_creator+", message)
        }
        Behaviour::VoiceNotFound => ApiError::voice_not_found("asked"),
        Behaviour::TooManyConcurrent { retry_after_s } => {
            let message = "Too many concurrent requests.";
            ApiError::named(429, "too_many_concurrent_requests", message).after(retry_after_s)
        }
        Behaviour::SystemBusy { retry_after_s } => {
            let message = "The system is experiencing heavy traffic, please try again.";
            ApiError::named(429, "system_busy", message).after(retry_after_s)
        }
        _ => ApiError::named(401, "invalid_api_key", "Invalid API key"),
    }
}

/// Of the first field that was sent, with what was in it.
fn invalid_fields(sent: &Bytes) -> ApiError {
    let sent: Value = serde_json::from_slice(sent).unwrap_or_default();
    let field = sent.as_object().and_then(|fields| fields.iter().next());
    let (name, input) = field.map_or(("file", Value::Null), |(name, value)| {
        (name.as_str(), value.clone())
    });
    let wrong = json!([
        {"loc": ["body", name], "msg": format!("not as it should be: {input}"), "type": "value_error", "input": input},
        {"loc": ["query", "output_format"], "msg": "Input should be a format", "type": "enum"},
    ]);
    ApiError::of(422, wrong)
}

/// The usual head with another body.
async fn rewritten(behaviour: Behaviour, usual: Response) -> Response {
    let (mut head, body) = usual.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half = body.slice(..body.len() / 2);
    let body = match behaviour {
        Behaviour::WrongType => {
            let plain = HeaderValue::from_static("text/plain; charset=utf-8");
            head.headers.insert(header::CONTENT_TYPE, plain);
            Body::from(body)
        }
        Behaviour::Empty => {
            head.headers.remove(header::CONTENT_LENGTH);
            Body::empty()
        }
        Behaviour::Slow { ms } => Body::from_stream(slowly(&body, ms)),
        Behaviour::StallHalfway { ms } => Body::from_stream(half_then_reset(half, ms)),
        Behaviour::Huge { bytes } => {
            head.headers.remove(header::CONTENT_LENGTH);
            Body::from_stream(endless(bytes))
        }
        // A reset takes back what is still on its way: the half has to arrive before it.
        _ => Body::from_stream(half_then_reset(half, 50)),
    };
    Response::from_parts(head, body)
}

fn half_then_reset(half: Bytes, ms: u64) -> impl Stream<Item = io::Result<Bytes>> {
    let reset = stream::once(async move {
        pause(ms).await;
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    });
    stream::iter([Ok(half)]).chain(reset)
}

fn slowly(body: &Bytes, ms: u64) -> impl Stream<Item = io::Result<Bytes>> + use<> {
    let size = body.len().div_ceil(8).max(1);
    let parts: Vec<Bytes> = body.chunks(size).map(Bytes::copy_from_slice).collect();
    stream::iter(parts).then(move |part| async move {
        pause(ms).await;
        Ok(part)
    })
}

fn endless(bytes: u64) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold(bytes, |left| async move {
        let size = left.min(CHUNK.len() as u64);
        let chunk = Bytes::from_static(CHUNK).slice(..size as usize);
        (size > 0).then_some((Ok(chunk), left - size))
    })
}

async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
