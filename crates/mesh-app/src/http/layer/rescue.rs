use std::panic::AssertUnwindSafe;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use http::StatusCode;

use crate::rescue::{INTERNAL_ERROR, Refusal};

/// A panic in a route is an answer like any other fault; the process serves on.
pub(in crate::http) async fn rescue(request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a route panicked; its message is above");
            Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                INTERNAL_ERROR,
                "internal error",
            )
            .into_response()
        }
    }
}
