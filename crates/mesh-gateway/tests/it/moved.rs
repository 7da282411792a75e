//! An upstream whose address leads to another of its own, as servers do that want a slash behind it.

use std::path::Path;

use mesh_gateway::{Gateway, source};
use serde_json::json;

use crate::http::Server;
use crate::support::{ring, soon, until, world};

async fn gateway(kind: &str, url: String) -> Gateway {
    let text = json!({"mcpServers": {"bell": {"type": kind, "url": url}}}).to_string();
    let gateway = Gateway::new(
        source::read(Path::new("mcp.json"), &text).entries,
        &world(),
        48,
    );
    gateway.known(soon()).await;
    gateway
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_follows_it_and_only_the_first_request_goes_twice() {
    let server = Server::moved();
    let gateway = gateway("http", server.url()).await;
    until(|| server.streams() == 1).await;
    for _ in 0..3 {
        assert_eq!(ring(&gateway, "bell").await.as_deref(), Ok("rung"));
    }
    gateway.end().await;
    let seen = ["POST /mcp", "GET /mcp", "GET /mcp/", "DELETE /mcp/"];
    assert_eq!(seen.map(|asked| server.seen(asked)), [1, 0, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_http_and_sse_does_too_and_names_where_to_post_from_there() {
    let server = Server::moved();
    let gateway = gateway("sse", server.sse_url()).await;
    assert_eq!(ring(&gateway, "bell").await.as_deref(), Ok("rung"));
    let seen = ["GET /sse", "GET /sse/"];
    assert_eq!(seen.map(|asked| server.seen(asked)), [1, 1]);
    gateway.end().await;
}
