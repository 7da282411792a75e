//! A server that cannot serve: it says so, to every request.

use std::convert::Infallible;
use std::fmt::Display;

use axum::body::Body;
use axum::response::Response;
use lambda_http::lambda_runtime::{LambdaEvent, Runtime};
use lambda_http::{Adapter, Error, Request, service_fn};
use mesh_app::config::InvokeMode;
use tower::ServiceExt as _;

use crate::answer;
use crate::event::{self, Event};

/// Logs the faults, and answers every request with the fact. What they are is for the log's readers only.
pub(crate) async fn run(
    mode: InvokeMode,
    faults: impl IntoIterator<Item = impl Display>,
) -> Result<(), Error> {
    for fault in faults {
        tracing::error!(%fault, "the server cannot serve");
    }
    match mode {
        InvokeMode::Buffered => buffered().await,
        InvokeMode::Streaming => streaming().await,
    }
}

async fn buffered() -> Result<(), Error> {
    let service = service_fn(|_: Request| async {
        Ok::<_, Infallible>(answer::whole(unavailable(), None).await)
    });
    Runtime::new(Adapter::from(service).map_request(event::sound))
        .run_concurrent()
        .await
}

async fn streaming() -> Result<(), Error> {
    let service = service_fn(|_: LambdaEvent<Event>| async {
        Ok::<_, Infallible>(answer::stream(unavailable(), None))
    });
    Runtime::new(service).run_concurrent().await
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
