mod listed;
mod tools;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use crate::listed::Listed;
use crate::tools::Tools;

pub fn router() -> Router {
    over(Tools::new)
}

/// Lists the tools of a file instead.
pub fn listing(file: &Path) -> std::io::Result<Router> {
    let listed = Listed::read(file)?;
    Ok(over(move || listed.clone()))
}

/// A handler is built for each request, as the SDK's examples do it.
fn over<H: ServerHandler>(handler: impl Fn() -> H + Send + Sync + 'static) -> Router {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .disable_allowed_hosts();
    let service = StreamableHttpService::new(
        move || Ok(handler()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    Router::new().nest_service("/mcp", service)
}
