//! An upstream over HTTP says that its lists have changed, on a stream that is kept open for that.

use std::path::Path;

use mesh_gateway::{Gateway, Kind, source};
use serde_json::json;
use tokio::sync::mpsc;

use crate::http::Server;
use crate::support::{soon, until, world};

async fn gateway(server: &Server) -> Gateway {
    let text = json!({"mcpServers": {"bell": {"type": "http", "url": server.url()}}}).to_string();
    let read = source::read(Path::new("mcp.json"), &text);
    let gateway = Gateway::new(read.entries, &world(), 48);
    gateway.known(soon()).await;
    gateway
}

fn tools(gateway: &Gateway) -> Vec<String> {
    let catalogue = gateway.catalogue();
    let names = catalogue.tools.iter().map(|tool| tool.plain_name.clone());
    names.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_heard_at_once_and_after_a_stream_that_broke_off_too() {
    let server = Server::start(true);
    let gateway = gateway(&server).await;
    assert_eq!(tools(&gateway), ["ring"]);
    let (sender, mut changes) = mpsc::unbounded_channel();
    let tended = gateway.clone();
    let tending = tokio::spawn(async move {
        tended
            .tend(|kinds: &[Kind]| {
                let _ = sender.send(kinds.to_vec());
            })
            .await;
    });
    until(|| server.streams() == 1).await;
    server.change(&["ring", "toll"]);
    assert_eq!(changes.recv().await, Some(vec![Kind::Tool]));
    assert_eq!(tools(&gateway), ["ring", "toll"]);
    server.hang_up();
    server.change(&["toll"]);
    assert_eq!(changes.recv().await, Some(vec![Kind::Tool]));
    assert_eq!(tools(&gateway), ["toll"]);
    assert_eq!(server.asked_for_streams(), 2);
    tending.abort();
    gateway.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_without_such_a_stream_is_asked_once() {
    let server = Server::start(false);
    let gateway = gateway(&server).await;
    until(|| server.asked_for_streams() == 1).await;
    gateway.ask_all(soon()).await;
    assert_eq!(
        (tools(&gateway), server.asked_for_streams()),
        (vec!["ring".to_owned()], 1)
    );
    gateway.end().await;
}
