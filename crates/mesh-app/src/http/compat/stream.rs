//! What a session has beside its requests: the stream of what the server says by itself, and an end.

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderValue, Method, StatusCode, header};
use http_body_util::Full;

use super::services::Rpc;
use super::{answer, headers, missed};
use crate::rescue::{INVALID_REQUEST, Refusal, refuse};

pub(super) async fn session_stream(rpc: &Rpc, request: Request) -> Response {
    let Some(sessions) = rpc
        .sessions
        .as_ref()
        .filter(|_| headers::name_a_session(request.headers()))
    else {
        return method_not_allowed();
    };
    if !sessions.know(request.headers()).await {
        return no_such_session();
    }
    let ends = request.method() == Method::DELETE;
    let (mut parts, _) = request.into_parts();
    let resumes = !ends && missed::is_asked_for(&parts.headers);
    if resumes && let Some(rest) = sessions.missed.after_last(&parts.headers) {
        return events(rest);
    }
    if ends {
        sessions.missed.end(&parts.headers);
    }
    let asked = parts.headers.clone();
    parts
        .headers
        .insert(header::ACCEPT, HeaderValue::from_static(headers::BOTH));
    let request = http::Request::from_parts(parts, Full::new(Bytes::new()));
    let mut response = sessions.service.handle(request).await.map(Body::new);
    // Clients take 202 for a termination that failed.
    if ends && response.status() == StatusCode::ACCEPTED {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    let stopping = rpc.app.stopping.clone();
    let mut response = answer::mend_stream(response, &rpc.app);
    if resumes {
        response = sessions.missed.keep(&asked, response);
    }
    response.map(|body| {
        Body::from_stream(
            body.into_data_stream()
                .take_until(stopping.cancelled_owned()),
        )
    })
}

fn events(body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, body).into_response()
}

fn no_such_session() -> Response {
    Refusal::new(
        StatusCode::NOT_FOUND,
        INVALID_REQUEST,
        "no such session; send `initialize` to open one",
    )
    .into_response()
}

pub(super) fn method_not_allowed() -> Response {
    let mut response = refuse(
        StatusCode::METHOD_NOT_ALLOWED,
        "Method not allowed",
        "POST a JSON-RPC message here",
    );
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}
