//! A server that cannot serve: it says so, to every request.

use std::fmt::Display;
use std::future::ready;

use axum::body::Body;
use axum::response::Response;
use lambda_http::Error;
use mesh_app::config::InvokeMode;

use crate::runtime;

/// Logs the faults, and answers every request with the fact. What they are is for the log's readers only.
pub(crate) async fn run(
    mode: InvokeMode,
    faults: impl IntoIterator<Item = impl Display>,
) -> Result<(), Error> {
    for fault in faults {
        tracing::error!(%fault, "the server cannot serve");
    }
    runtime::answering(mode, |_| ready(unavailable()))
        .run_concurrent()
        .await
}

fn unavailable() -> Response {
    const TOLD: &str =
        r#"{"error":"misconfigured","message":"the server is misconfigured; its log says how"}"#;
    let mut response = Response::new(Body::from(TOLD));
    *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    response
}
