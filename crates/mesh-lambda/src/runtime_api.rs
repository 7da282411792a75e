//! The Runtime API, where answers go. The runtime's own client copies a large answer several times; it writes the head of a
//! streamed one in two pieces and leaves Nagle's algorithm on, so that a short one would wait 40 ms for an acknowledgement.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt as _, future, stream};
use http::request::Builder;
use http::{HeaderMap, HeaderValue, Method, Request, header};
use hyper_util::client::legacy::connect::HttpConnector;
use lambda_http::Error;
use lambda_http::lambda_runtime::MetadataPrelude;
use lambda_runtime_api_client::body::Body;
use lambda_runtime_api_client::{PooledClient, build_request};

use crate::answer;

/// Lambda, Custom runtimes, Response streaming: the status and the headers as JSON, this, and the body.
const AFTER_THE_HEAD: [u8; 8] = [0; 8];
/// Lets the platform refuse an answer to an invocation that is over.
const INVOCATION_ID: &str = "lambda-runtime-invocation-id";

/// Cloning shares its connections.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeApi(Arc<PooledClient>);

impl RuntimeApi {
    pub(crate) fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self(Arc::new(
            PooledClient::builder().with_connector(connector).build(),
        ))
    }

    /// Sends an answer that is all there. One that does not arrive is logged: an error would end this process.
    pub(crate) async fn whole(
        &self,
        request_id: &str,
        invocation: &HeaderMap,
        json: Vec<u8>,
    ) -> Result<(), Error> {
        let request = posted(request_id, invocation, "application/json");
        self.post(request.body(Body::from(json))?).await;
        Ok(())
    }

    /// Sends an answer as it comes, until it ends, breaks off, or the time is over. As with [`Self::whole`].
    pub(crate) async fn stream(
        &self,
        request_id: &str,
        invocation: &HeaderMap,
        response: Response,
        until: Option<Instant>,
    ) -> Result<(), Error> {
        let (parts, body) = response.into_parts();
        let head = stream::once(future::ready(head(parts)?));
        let pieces = head.chain(answer::pieces(body, until));
        let body = axum::body::Body::from_stream(pieces.map(Ok::<_, Infallible>));
        let media_type = "application/vnd.awslambda.http-integration-response";
        let request = posted(request_id, invocation, media_type)
            .header("lambda-runtime-function-response-mode", "streaming");
        self.post(request.body(Body::new(body))?).await;
        Ok(())
    }

    async fn post(&self, request: Request<Body>) {
        match self.0.call(request).await.map(|answer| answer.status()) {
            Ok(status) if status.is_success() => {}
            Ok(status) => tracing::error!(%status, "the Runtime API refused an answer"),
            Err(error) => tracing::error!(%error, "an answer did not reach the Runtime API"),
        }
    }
}

fn posted(request_id: &str, invocation: &HeaderMap, media_type: &str) -> Builder {
    let request = build_request()
        .method(Method::POST)
        .uri(format!(
            "/2018-06-01/runtime/invocation/{request_id}/response"
        ))
        .header(header::CONTENT_TYPE, media_type);
    match invocation.get(INVOCATION_ID) {
        Some(id) => request.header(INVOCATION_ID, id),
        None => request,
    }
}

/// No reply of ours sets a cookie.
fn head(parts: http::response::Parts) -> Result<Bytes, Error> {
    let mut headers = parts.headers;
    headers
        .entry(header::CONTENT_TYPE)
        .or_insert(HeaderValue::from_static("application/octet-stream"));
    let mut head = serde_json::to_vec(&MetadataPrelude {
        status_code: parts.status,
        headers,
        cookies: Vec::new(),
    })?;
    head.extend(AFTER_THE_HEAD);
    Ok(head.into())
}
