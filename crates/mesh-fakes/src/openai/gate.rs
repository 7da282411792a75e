use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;

use super::error::ApiError;
use super::{Behaviour, Operation, Shared};
use crate::serve::Reset;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub method: Method,
    /// With its query.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Recorded {
    /// Its body; null, where it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Records a request, looks at its key, and does what the operation is to do next.
pub(super) async fn pass(
    State((shared, operation)): State<(Shared, Operation)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Reset.into_response();
    };
    let bearer = head.headers.get(header::AUTHORIZATION).cloned();
    let (behaviour, latency) = {
        let mut state = shared.lock();
        state.requests.push(Recorded {
            method: head.method.clone(),
            path: head.uri.to_string(),
            headers: head.headers.clone(),
            body: body.clone(),
        });
        if let Some(error) = refused(bearer.as_ref(), &state.key) {
            return error.into_response();
        }
        let planned = state.next.get_mut(&operation);
        let behaviour = planned.and_then(std::collections::VecDeque::pop_front);
        (behaviour, state.latencies.get(&operation).copied())
    };
    if let Some(latency) = latency {
        tokio::time::sleep(latency).await;
    }
    if let Some(behaviour) = &behaviour {
        head.extensions.insert(behaviour.clone());
    }
    let usual = next.run(Request::from_parts(head, Body::from(body.clone())));
    match behaviour {
        Some(Behaviour::Status(status)) => ApiError::of_status(status, &body).into_response(),
        Some(Behaviour::NoSuchModel) => ApiError::no_such_model("asked").into_response(),
        Some(Behaviour::RateLimited { retry_after_s }) => {
            let retry_after = [(header::RETRY_AFTER, retry_after_s.to_string())];
            (retry_after, ApiError::too_many("rate_limit_exceeded")).into_response()
        }
        Some(Behaviour::QuotaExceeded) => ApiError::too_many("insufficient_quota").into_response(),
        Some(Behaviour::Reset) => Reset.into_response(),
        Some(Behaviour::Stall(pause)) => {
            tokio::time::sleep(pause).await;
            usual.await
        }
        Some(Behaviour::Truncated) => {
            rewritten(usual.await, |usual| usual.slice(..usual.len() / 2)).await
        }
        Some(Behaviour::Huge) => rewritten(usual.await, |_| vec![b' '; 10_000_000].into()).await,
        Some(Behaviour::WrongType) => {
            let mut usual = usual.await;
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            usual.headers_mut().insert(header::CONTENT_TYPE, html);
            usual
        }
        _ => usual.await,
    }
}

fn refused(bearer: Option<&HeaderValue>, key: &str) -> Option<ApiError> {
    let sent = bearer.and_then(|bearer| bearer.to_str().ok()).unwrap_or("");
    let sent = sent.strip_prefix("Bearer ").unwrap_or("");
    (sent != key).then(|| ApiError::unauthorized(sent))
}

async fn rewritten(usual: Response, rewrite: impl FnOnce(Bytes) -> Bytes) -> Response {
    let (mut head, body) = usual.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, rewrite(body).into())
}
