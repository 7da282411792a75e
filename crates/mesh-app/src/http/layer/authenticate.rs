use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use mesh_core::Caller;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::config::BearerDigest;
use crate::mcp::Incoming;
use crate::rescue::refuse;
use crate::tally::Tally;

/// Tells callers apart, and starts the request's clock.
pub(in crate::http) async fn authenticate(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let tally = request
        .extensions()
        .get::<Tally>()
        .cloned()
        .unwrap_or_default();
    let Some(caller) = caller(app.config.listen.bearer.as_ref(), &request) else {
        tally.failure("unauthorized");
        return unauthorized();
    };
    tally.caller(caller);
    let incoming = Incoming {
        caller,
        deadline: app.deadline(),
        tally,
        json_only: false,
    };
    request.extensions_mut().insert(incoming);
    next.run(request).await
}

fn caller(digest: Option<&BearerDigest>, request: &Request) -> Option<Caller> {
    let Some(digest) = digest else {
        return Some(Caller::Local);
    };
    if shows(request.headers(), digest) {
        return Some(Caller::Bearer);
    }
    is_liveness(request).then_some(Caller::Local)
}

/// Compared by digest, so that neither the token nor how much of it was right shows in the time it takes.
fn shows(headers: &HeaderMap, digest: &BearerDigest) -> bool {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    token.is_some_and(|token| bool::from(Sha256::digest(token)[..].ct_eq(digest.as_bytes())))
}

/// A monitor needs no token to see whether the process answers; it learns nothing else.
fn is_liveness(request: &Request) -> bool {
    request.uri().path() == "/health"
        && crate::http::route::health::is_shallow(request.uri().query())
}

fn unauthorized() -> Response {
    let mut response = refuse(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "send `Authorization: Bearer` with the server's token",
    );
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
