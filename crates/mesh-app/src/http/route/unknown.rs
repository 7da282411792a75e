use axum::response::Response;
use http::{Method, StatusCode, Uri};
use serde_json::json;

use crate::rescue::json_response;

/// Every route, for who took a wrong turn.
pub(in crate::http) const ROUTES: [&str; 6] = [
    "GET /",
    "POST /rpc",
    "GET /health",
    "GET /metrics",
    "GET /tools",
    "GET, POST /tools/{name}",
];

pub(in crate::http) async fn path(method: Method, uri: Uri) -> Response {
    let shown: String = uri.path().chars().take(200).collect();
    json_response(
        StatusCode::NOT_FOUND,
        &json!({"error": "Not found", "path": shown, "method": method.as_str(), "routes": ROUTES}),
    )
}

/// The router adds `Allow`.
pub(in crate::http) async fn method(method: Method, uri: Uri) -> Response {
    json_response(
        StatusCode::METHOD_NOT_ALLOWED,
        &json!({"error": "Method not allowed", "path": uri.path(), "method": method.as_str(), "routes": ROUTES}),
    )
}
