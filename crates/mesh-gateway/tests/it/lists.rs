//! What an upstream lists has an end.

use std::path::Path;

use mesh_gateway::{Gateway, source};
use serde_json::json;

use crate::http::Server;
use crate::support::{soon, world};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_too_many_tools_is_cut() {
    let server = Server::start(false);
    let names = (0..5_001).map(|n| &*format!("tool-{n}").leak());
    server.change(&names.collect::<Vec<&'static str>>());
    let text = json!({"mcpServers": {"bell": {"type": "http", "url": server.url()}}}).to_string();
    let read = source::read(Path::new("mcp.json"), &text);
    let gateway = Gateway::new(read.entries, &world(), 48);
    gateway.known(soon()).await;
    let catalogue = gateway.catalogue();
    assert_eq!(catalogue.tools.len(), 5_000);
    assert_eq!(
        catalogue.notes,
        ["bell: tools/list: only the first 5000 are taken"]
    );
    gateway.end().await;
}
