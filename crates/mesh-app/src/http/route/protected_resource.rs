use axum::Router;
use axum::routing::get;
use http::StatusCode;
use serde_json::json;

use crate::app::App;
use crate::callers::{ENDPOINTS, OAuth, WELL_KNOWN};
use crate::rescue::json_response;

/// Where a client gets a token for this server (RFC 9728): for everyone to read, as who reads it has none yet.
pub(in crate::http) fn routes(oauth: &OAuth) -> Router<App> {
    ENDPOINTS.iter().fold(Router::new(), |routes, endpoint| {
        let document = json!(oauth.metadata(endpoint));
        let answer = move || async move { json_response(StatusCode::OK, &document) };
        routes.route(&format!("{WELL_KNOWN}{endpoint}"), get(answer))
    })
}

/// Whether a path is that of one of these documents.
pub(in crate::http) fn is(path: &str) -> bool {
    let endpoint = path.strip_prefix(WELL_KNOWN);
    endpoint.is_some_and(|endpoint| ENDPOINTS.contains(&endpoint))
}
