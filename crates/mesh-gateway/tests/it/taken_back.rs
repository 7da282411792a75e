//! A call over HTTP+SSE that is given up before its server has said that it came.

use std::path::Path;

use mesh_gateway::{Gateway, source};
use serde_json::json;

use crate::http::Server;
use crate::support::{ring, soon, until, world};

#[tokio::test(flavor = "multi_thread")]
async fn it_is_taken_back() {
    let server = Server::moved();
    let text = json!({"mcpServers": {"bell": {"type": "sse", "url": server.sse_url()}}});
    let read = source::read(Path::new("mcp.json"), &text.to_string());
    let gateway = Gateway::new(read.entries, &world(), 48);
    gateway.known(soon()).await;
    server.hold_calls();
    tokio::select! {
        _ = ring(&gateway, "bell") => panic!("nobody answers"),
        () = until(|| server.seen("tools/call") == 1) => {}
    }
    until(|| server.seen("notifications/cancelled") == 1).await;
    gateway.end().await;
}
