//! `/mcp/{server}`: MCP with one of the servers behind this one. `/mcp/servers` and `/mcp/{server}/tools`: the same servers for
//! callers that speak no MCP.

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;
use mesh_core::truncate;
use mesh_gateway::{Gateway, Stats};
use serde_json::{Value, json};

use super::super::compat;
use super::tools::{JSON, answered, body_of, failed};
use crate::app::App;
use crate::dispatch;
use crate::listing::Listing;
use crate::mcp::Incoming;
use crate::rescue::{bytes_response, json_response};
use crate::upstreams::told;

pub(in crate::http) async fn list(
    State(app): State<App>,
    Extension(incoming): Extension<Incoming>,
) -> Response {
    dispatch::prepare(&app, None, &incoming).await;
    let listing = app.listing(&incoming.request.caller);
    let stats = app.gateway.as_ref().map(Gateway::stats).unwrap_or_default();
    let servers: Vec<Value> = seen(&app, &listing, &stats)
        .map(|stats| {
            let mut server = told(stats);
            server["tools"] = of(&listing, &stats.name).count().into();
            server
        })
        .collect();
    json_response(StatusCode::OK, &json!({"servers": servers}))
}

pub(in crate::http) async fn tools(
    State(app): State<App>,
    Path(server): Path<String>,
    Extension(incoming): Extension<Incoming>,
) -> Response {
    dispatch::prepare(&app, Some(&server), &incoming).await;
    let listing = app.listing(&incoming.request.caller);
    if !is_known(&app, &listing, &server) {
        return unknown(&server);
    }
    let tools: Vec<&str> = of(&listing, &server)
        .map(|tool| tool.definition.get())
        .collect();
    bytes_response(
        StatusCode::OK,
        JSON,
        format!(r#"{{"tools":[{}]}}"#, tools.join(",")),
    )
}

/// The body has the arguments; the tool goes by its plain name or by the one it is advertised under.
pub(in crate::http) async fn call(
    State(app): State<App>,
    Path((server, tool)): Path<(String, String)>,
    Extension(mut incoming): Extension<Incoming>,
    request: Request,
) -> Response {
    let arguments = match body_of(&app, &mut incoming, request).await {
        Ok(None) => json!({}),
        Ok(Some(Value::Object(body))) if body.is_empty() => json!({}),
        Ok(Some(Value::Object(mut body))) if body.len() == 1 && body.contains_key("arguments") => {
            body.remove("arguments").unwrap_or_default()
        }
        Ok(Some(_)) => {
            incoming.tally.failure("no_arguments");
            let message = "the body must be `{\"arguments\": {…}}`";
            return failed(StatusCode::BAD_REQUEST, message, &tool);
        }
        Err(refusal) => return failed(refusal.status, &refusal.message, &tool),
    };
    dispatch::prepare(&app, Some(&server), &incoming).await;
    let listing = app.listing(&incoming.request.caller);
    let found =
        of(&listing, &server).find(|one| one.plain_name == tool || one.name.as_str() == tool);
    match found {
        Some(found) => answered(&app, &incoming, found.name.as_str(), arguments).await,
        // What it would be is not known yet: within its scope a call tells why.
        None if is_silent(&app, &server) && is_known(&app, &listing, &server) => {
            incoming.scope = Some(server.into());
            answered(&app, &incoming, &tool, arguments).await
        }
        None if is_known(&app, &listing, &server) => {
            let message = format!("Unknown tool of {}: {}", truncate(&server), truncate(&tool));
            failed(StatusCode::NOT_FOUND, &message, &tool)
        }
        None => unknown(&server),
    }
}

/// MCP with one server and nothing else, under its own names.
pub(in crate::http) async fn mcp(
    State(rpc): State<compat::Rpc>,
    Path(server): Path<String>,
    Extension(mut incoming): Extension<Incoming>,
    mut request: Request,
) -> Response {
    let app = rpc.app();
    dispatch::prepare(app, Some(&server), &incoming).await;
    if !is_known(app, &app.listing(&incoming.request.caller), &server) {
        return unknown(&server);
    }
    incoming.scope = Some(server.into());
    request.extensions_mut().insert(incoming);
    compat::rpc(State(rpc), request).await
}

fn is_silent(app: &App, server: &str) -> bool {
    let gateway = app.gateway.as_ref();
    gateway.is_some_and(|gateway| gateway.silence_of(server).is_some())
}

fn of<'a>(
    listing: &'a Listing,
    server: &'a str,
) -> impl Iterator<Item = &'a std::sync::Arc<mesh_gateway::RemoteTool>> {
    listing
        .remote
        .iter()
        .filter(move |tool| *tool.upstream == *server)
}

/// The servers of which a caller may see anything.
pub(in crate::http) fn seen<'a>(
    app: &'a App,
    listing: &'a Listing,
    stats: &'a [Stats],
) -> impl Iterator<Item = &'a Stats> {
    let mut stats = stats.iter();
    std::iter::from_fn(move || {
        stats.find(|stats| !app.access.is_limited() || is_seen(listing, &stats.name))
    })
}

fn is_seen(listing: &Listing, server: &str) -> bool {
    of(listing, server).next().is_some() || listing.items.are_of(server)
}

/// One of which a caller may see nothing is none, to this caller.
fn is_known(app: &App, listing: &Listing, server: &str) -> bool {
    let is_there = app
        .gateway
        .as_ref()
        .is_some_and(|gateway| gateway.has(server));
    is_there && (!app.access.is_limited() || is_seen(listing, server))
}

fn unknown(server: &str) -> Response {
    let message = format!("Unknown server: {}", truncate(server));
    json_response(
        StatusCode::NOT_FOUND,
        &json!({"error": "Not found", "message": message}),
    )
}
