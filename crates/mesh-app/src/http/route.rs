//! The plain routes, for callers that speak no MCP; one file each.

pub(super) mod health;
pub(super) mod metrics;
pub(super) mod protected_resource;
pub(super) mod root;
pub(super) mod tools;
pub(super) mod unknown;
pub(super) mod upstreams;
pub(super) mod webhook;

use axum::response::Response;
use http::StatusCode;

use crate::app::App;
use crate::mcp::Incoming;
use crate::rescue::refuse;

/// An answer where the policy keeps from a caller the resource that says the same as a route.
fn refused(app: &App, incoming: &Incoming, uri: &str) -> Option<Response> {
    let granted = app.access.of(&incoming.request.caller)?;
    if granted.allows_resource(uri) {
        return None;
    }
    incoming.tally.failure("denied");
    let told = format!("the policy does not let this caller read `{uri}`");
    Some(refuse(StatusCode::FORBIDDEN, "forbidden", &told))
}
