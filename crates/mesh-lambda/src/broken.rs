//! A server that cannot serve: it says so, to every request.

use std::convert::Infallible;
use std::fmt::Display;

use lambda_http::{Body, Error, Request, Response, service_fn};

/// Logs the faults, and answers every request with the fact. What they are is for the log's readers only.
pub(crate) async fn run(faults: impl IntoIterator<Item = impl Display>) -> Result<(), Error> {
    for fault in faults {
        tracing::error!(%fault, "the server cannot serve");
    }
    let service = service_fn(async |_: Request| Ok::<_, Infallible>(unavailable()));
    lambda_http::run(service).await
}

fn unavailable() -> Response<Body> {
    const TOLD: &str = r#"{"error":"misconfigured","message":"the server is misconfigured; its log says how"}"#;
    let mut response = Response::new(Body::Text(TOLD.to_owned()));
    *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    response
}
