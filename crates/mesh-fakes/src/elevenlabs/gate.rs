use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;

use super::error::ApiError;
use super::{Behaviour, Operation, Recorded, Shared, fault};
use crate::serve::Reset;

/// Records a request, looks at its key, and does what the operation is to do next.
pub(super) async fn pass(
    State((shared, operation)): State<(Shared, Operation)>,
    request: Request,
    next: Next,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Reset.into_response();
    };
    let behaviour: Option<Behaviour> = {
        let mut state = shared.lock();
        state.requests.push(Recorded::new(&head, &body));
        if let Some(error) = refused(head.headers.get("xi-api-key"), &state.key) {
            return error.into_response();
        }
        let planned = state.next.get_mut(&operation);
        planned.and_then(std::collections::VecDeque::pop_front)
    };
    let request = Request::from_parts(head, Body::from(body.clone()));
    match behaviour {
        None => next.run(request).await,
        Some(behaviour) => fault::instead(behaviour, next.run(request), &body).await,
    }
}

fn refused(sent: Option<&HeaderValue>, key: &str) -> Option<ApiError> {
    match sent {
        None => {
            let message =
                "Neither authorization header nor xi-api-key received, please provide one.";
            Some(ApiError::named(401, "needs_authorization", message))
        }
        Some(sent) if sent.as_bytes() != key.as_bytes() => {
            let message = format!(
                "Invalid API key: {}",
                String::from_utf8_lossy(sent.as_bytes())
            );
            Some(ApiError::named(401, "invalid_api_key", message))
        }
        Some(_) => None,
    }
}
