use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};

use crate::edge::Edge;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Names one request in logs and in its response.
#[derive(Clone, Debug)]
pub(in crate::http) struct RequestId(Arc<str>);

impl RequestId {
    pub(in crate::http) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

/// Takes the platform's id where there is one, else the caller's where it can stand in a log line, else makes one.
pub(in crate::http) async fn request_id(mut request: Request, next: Next) -> Response {
    let id = platforms(&request)
        .or_else(|| given(&request))
        .unwrap_or_else(fresh);
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

fn platforms(request: &Request) -> Option<Arc<str>> {
    let edge = request.extensions().get::<Edge>()?;
    Some(Arc::clone(&edge.request_id))
}

fn given(request: &Request) -> Option<Arc<str>> {
    let id = request.headers().get(HEADER)?.to_str().ok()?;
    let fits = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    fits.then(|| id.into())
}

fn fresh() -> Arc<str> {
    let mut bytes = [0; 8];
    // An id need not be secret, only unlikely to repeat; without random bytes requests share one.
    let _ = getrandom::fill(&mut bytes);
    format!("{:016x}", u64::from_be_bytes(bytes)).into()
}
