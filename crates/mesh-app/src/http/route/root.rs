use axum::Extension;
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use mesh_tools::system::VERSION;
use serde_json::{Value, json};

use super::super::compat::{self, Rpc};
use super::unknown::ROUTES;
use crate::mcp::Incoming;
use crate::rescue::{bytes_response, json_response};

/// A descriptor for programs, a page for a person's browser, and for a client that wants events what `/rpc` has for it.
pub(in crate::http) async fn page(
    State(rpc): State<Rpc>,
    Extension(incoming): Extension<Incoming>,
    request: Request,
) -> Response {
    if compat::name_a_session(request.headers()) || compat::accepts_events(request.headers()) {
        return compat::rpc(State(rpc), request).await;
    }
    let app = rpc.app();
    let listing = app.listing(&incoming.request.caller);
    let own = listing.view.tools.iter().map(|tool| tool.name.as_str());
    let others = listing.view.others.iter().map(|tool| tool.name.as_str());
    let tools: Vec<_> = own.chain(others).collect();
    if wants_html(request.headers()) {
        return bytes_response(StatusCode::OK, "text/html; charset=utf-8", html(&tools));
    }
    json_response(StatusCode::OK, &descriptor(&app.services.name, &tools))
}

fn descriptor(name: &str, tools: &[&str]) -> Value {
    json!({
        "name": name,
        "version": VERSION,
        "description": "An MCP server: POST JSON-RPC to /rpc.",
        "endpoints": {"rpc": "/rpc", "health": "/health", "metrics": "/metrics", "tools": "/tools"},
        "routes": ROUTES,
        "tools": tools,
    })
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Names of tools and routes, which hold nothing that a page could mistake.
fn html(tools: &[&str]) -> String {
    let list = |items: &[&str]| {
        items
            .iter()
            .map(|item| format!("<li><code>{item}</code></li>"))
            .collect::<String>()
    };
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>AOMA Mesh</title><style>body{{font:16px/1.5 system-ui;max-width:42rem;margin:3rem auto;padding:0 1rem}}\
         pre{{background:#8882;padding:.8rem;overflow:auto}}</style>\
         <h1>AOMA Mesh</h1><p>This is an MCP server, version {version}. Point an MCP client at <code>/rpc</code> of this \
         address, or ask from a shell:</p><pre>curl -d '{{\"method\":\"tools/list\"}}' THIS-ADDRESS/rpc</pre>\
         <h2>Tools</h2><ul>{tools}</ul><h2>Routes</h2><ul>{routes}</ul></html>",
        version = VERSION,
        tools = list(tools),
        routes = list(&ROUTES),
    )
}
