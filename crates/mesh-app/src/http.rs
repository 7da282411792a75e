//! The routes, and the order of layers, on one screen.

mod body;
mod compat;
mod json;
mod layer;
mod path;
mod route;
mod sse;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use tower::ServiceExt as _;

pub(crate) use self::compat::Messages;
use crate::app::App;
use crate::config::Switch;

/// Every route of the server.
///
/// The layers from the outside in: a request gets its id, what becomes of it is written down, a panic becomes an answer,
/// strangers' browsers are refused, the caller is told apart and the clock starts, and a request that has come back is refused.
pub fn router(app: App) -> Router {
    let rpc = compat::Rpc::new(app.clone());
    let mcp = any(compat::rpc).with_state(rpc.clone());
    let mut routes = Router::new()
        .route(
            "/",
            get(route::root::page)
                .post(compat::rpc)
                .delete(compat::rpc)
                .with_state(rpc.clone()),
        )
        .route("/rpc", mcp.clone())
        .route("/mcp", mcp.clone())
        .route("/api/v1/mcp", mcp)
        .route("/health", get(route::health::health))
        .route("/metrics", get(route::metrics::metrics))
        .route("/metrics/prometheus", get(route::metrics::prometheus))
        .route("/tools", get(route::tools::list))
        .route(
            "/tools/{name}",
            get(route::tools::describe).post(route::tools::call),
        )
        .route("/mcp/{server}", any(route::upstreams::mcp).with_state(rpc))
        .route("/mcp/servers", get(route::upstreams::list))
        .route("/mcp/{server}/tools", get(route::upstreams::tools))
        .route("/mcp/{server}/tools/{tool}", post(route::upstreams::call));
    if app.config.server.sessions == Switch::On {
        let clients = sse::Clients::new(app.clone());
        routes = routes
            .route("/sse", get(sse::open).with_state(clients.clone()))
            .route("/messages", post(sse::message).with_state(clients));
    }
    let mut routes = routes
        .fallback(route::unknown::path)
        .method_not_allowed_fallback(route::unknown::method)
        .layer(from_fn_with_state(app.clone(), layer::hops))
        .layer(from_fn_with_state(app.clone(), layer::authenticate));
    if let Some(oauth) = app.callers.oauth() {
        routes = routes.merge(route::protected_resource::routes(oauth));
    }
    let routes = routes
        .merge(route::webhook::routes())
        .layer(from_fn_with_state(app.clone(), layer::origin))
        .layer(from_fn(layer::rescue))
        .layer(from_fn_with_state(app.clone(), layer::record))
        .layer(from_fn(layer::request_id))
        .with_state(app);
    // Paths are tidied before they are matched, so the router that matches them is inside.
    Router::new().fallback_service(routes.map_request(path::tidy))
}
