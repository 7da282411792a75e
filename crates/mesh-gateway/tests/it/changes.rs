//! An upstream over HTTP says that its lists have changed, on a stream that is kept open for that.

use std::path::Path;

use mesh_gateway::{Gateway, Kind, State, source};
use serde_json::json;
use tokio::sync::mpsc;

use crate::http::Server;
use crate::support::{ring, soon, until, world};

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

#[tokio::test(flavor = "multi_thread")]
async fn one_that_asks_there_is_answered_whatever_it_says_that_it_tells_of() {
    let server = Server::quiet();
    let gateway = gateway(&server).await;
    until(|| server.streams() == 1).await;
    server.ask();
    until(|| server.seen("answer to 7") == 1).await;
    gateway.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_left_alone_is_down_though_its_session_is_there() {
    let server = Server::start(false);
    let gateway = gateway(&server).await;
    ring(&gateway, "bell").await.expect("answered");
    assert_eq!(gateway.state("bell"), Some(State::Up));
    server.fail();
    for _ in 0..3 {
        let why = ring(&gateway, "bell").await.expect_err("it fails");
        assert_eq!(why, "it answered with HTTP 500");
    }
    let stats = gateway.stats().remove(0);
    assert_eq!(stats.state, State::Down);
    let (_, fault) = stats.fault.expect("a fault");
    assert_eq!(fault.to_string(), "it answered with HTTP 500");
    assert!(stats.retry_in.is_some());
    gateway.end().await;
}
