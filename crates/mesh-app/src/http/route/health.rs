use axum::Extension;
use axum::extract::{self, RawQuery};
use axum::response::Response;
use http::StatusCode;
use mesh_gateway::State;
use mesh_tools::ask::Silent;
use mesh_tools::system::{Status, VERSION, health as probe};
use serde_json::json;

use super::refused;
use crate::app::App;
use crate::mcp::Incoming;
use crate::rescue::json_response;
use crate::upstreams;

/// 200 where everything works, 503 where anything does not; `?live` asks only whether the process answers.
pub(in crate::http) async fn health(
    extract::State(app): extract::State<App>,
    Extension(incoming): Extension<Incoming>,
    RawQuery(query): RawQuery,
) -> Response {
    if is_shallow(query.as_deref()) {
        return json_response(StatusCode::OK, &json!({"status": "ok", "version": VERSION}));
    }
    // What it tells is a resource, too.
    if let Some(refused) = refused(&app, &incoming, "aoma://health") {
        return refused;
    }
    let listing = app.listing(&incoming.request.caller);
    let found = probe(&app.context(&incoming, &Silent, &listing.view)).await;
    let status = match found.status {
        Status::Healthy => StatusCode::OK,
        Status::Degraded | Status::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut told = json!(found);
    if let Some(gateway) = &app.gateway {
        let stats = gateway.stats();
        // One that is down takes nobody else with it: the address goes on serving.
        if stats.iter().any(|stats| stats.state == State::Down) && status == StatusCode::OK {
            told["status"] = json!(Status::Degraded);
        }
        let seen = super::upstreams::seen(&app, &listing, &stats);
        told["upstreams"] = seen.map(upstreams::told).collect();
    }
    json_response(status, &told)
}

pub(in crate::http) fn is_shallow(query: Option<&str>) -> bool {
    query.is_some_and(|query| {
        query
            .split('&')
            .any(|pair| pair.split('=').next() == Some("live"))
    })
}
