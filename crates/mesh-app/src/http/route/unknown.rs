use axum::response::Response;
use http::{Method, StatusCode, Uri};
use mesh_core::truncate;
use serde_json::json;

use crate::rescue::json_response;

/// Every route, for who took a wrong turn.
pub(in crate::http) const ROUTES: [&str; 12] = [
    "GET /",
    "POST /rpc (also /, /mcp, /api/v1/mcp)",
    "GET /mcp/servers, POST /mcp/{server} (with servers behind this one)",
    "GET /mcp/{server}/tools, POST /mcp/{server}/tools/{tool}",
    "GET /sse, POST /messages (with sessions)",
    "GET /health",
    "GET /metrics",
    "GET /metrics/prometheus",
    "GET /tools",
    "GET, POST /tools/{name}",
    "GET /.well-known/oauth-protected-resource (with OAuth)",
    "POST /webhooks/elevenlabs (signed messages alone)",
];

pub(in crate::http) async fn path(method: Method, uri: Uri) -> Response {
    let shown = truncate(uri.path());
    json_response(
        StatusCode::NOT_FOUND,
        &json!({"error": "Not found", "path": shown, "method": method.as_str(), "routes": ROUTES}),
    )
}

/// The router adds `Allow`.
pub(in crate::http) async fn method(method: Method, uri: Uri) -> Response {
    json_response(
        StatusCode::METHOD_NOT_ALLOWED,
        &json!({"error": "Method not allowed", "path": truncate(uri.path()), "method": method.as_str(), "routes": ROUTES}),
    )
}
