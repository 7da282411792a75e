use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use mesh_core::{Caller, Host, RequestContext, Trace};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::RequestId;
use crate::app::App;
use crate::config::BearerDigest;
use crate::edge::Edge;
use crate::mcp::Incoming;
use crate::rescue::refuse;
use crate::serve::Place;
use crate::tally::Tally;

/// Of a request that no one is let in by.
pub(in crate::http) const UNAUTHORIZED: &str = "unauthorized";

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
    let place = request.extensions().get::<Arc<Place>>().cloned();
    let Some(caller) = caller(&app, &request) else {
        tally.failure(UNAUTHORIZED);
        let mut response = unauthorized(app.config.host);
        if place.is_some_and(|place| place.refuse()) {
            let headers = response.headers_mut();
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        return response;
    };
    if let Some(place) = place.filter(|_| !is_liveness(&request)) {
        place.let_in();
    }
    tally.caller(caller.clone());
    let leaves = request
        .extensions()
        .get::<Edge>()
        .and_then(|edge| edge.deadline);
    let incoming = Incoming {
        request: RequestContext {
            caller,
            id: request
                .extensions()
                .get::<RequestId>()
                .map(RequestId::shared),
            trace: request.extensions().get::<Trace>().copied(),
            deadline: app.deadline_before(leaves),
        },
        tally,
        json_only: false,
    };
    request.extensions_mut().insert(incoming);
    next.run(request).await
}

/// A signature the platform has checked, or the token; on a machine of one's own, where no token is set, anyone who can
/// reach it.
fn caller(app: &App, request: &Request) -> Option<Caller> {
    let edge = request.extensions().get::<Edge>();
    if let Some(caller) = edge.and_then(|edge| edge.caller.clone()) {
        return Some(caller);
    }
    let bearer = app.config.server.bearer.as_ref();
    if bearer.is_some_and(|digest| shows(request.headers(), digest)) {
        return Some(Caller::Bearer);
    }
    let is_open = bearer.is_none() && app.config.host == Host::Process;
    (is_open || is_liveness(request)).then_some(Caller::Local)
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

fn unauthorized(host: Host) -> Response {
    let advice = match host {
        Host::Process => "send `Authorization: Bearer` with the server's token",
        Host::Lambda => {
            "sign the request (SigV4), or send `Authorization: Bearer` with the server's token"
        }
    };
    let mut response = refuse(StatusCode::UNAUTHORIZED, "unauthorized", advice);
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
