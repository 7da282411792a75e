//! An upstream that could not be started comes back by itself.

use std::path::Path;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mesh_gateway::{Gateway, Kind, State, source};
use serde_json::json;

use crate::scripted::{bell, count, respond};
use crate::support::{ring, soon, until, world};

/// Ends at once until there is a file of this name.
const SERVER: &str = r#"
[ -e "$1" ] || exit 7
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"ring","inputSchema":{"type":"object"}}]}' ;;
    *) continue ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

#[tokio::test]
async fn one_that_could_not_be_started_is_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let ready = folder.path().join("ready");
    let text = json!({"mcpServers": {"bell": {"command": "/bin/sh", "args": ["-c", SERVER, "sh", ready]}}});
    let read = source::read(Path::new("mcp.json"), &text.to_string());
    assert_eq!(read.faults, []);
    let gateway = Gateway::new(read.entries, &world(), 48);
    gateway.known(soon()).await;
    assert_eq!(gateway.stats()[0].state, State::Down);
    let (_, fault) = gateway.stats().remove(0).fault.expect("a fault");
    assert_eq!(fault.to_string(), "it ended (exit status: 7)");
    assert!(gateway.catalogue().tools.is_empty());
    std::fs::write(&ready, "").expect("written");
    let (sender, mut changes) = tokio::sync::mpsc::unbounded_channel();
    let tended = gateway.tend(|kinds: &[Kind]| {
        let _ = sender.send(kinds.to_vec());
    });
    let changed = tokio::select! {
        changed = changes.recv() => changed,
        () = tended => None,
    };
    assert_eq!(changed, Some(vec![Kind::Tool]));
    let catalogue = gateway.catalogue();
    let names: Vec<_> = catalogue
        .tools
        .iter()
        .map(|tool| tool.name.as_str())
        .collect();
    assert_eq!(
        (names, gateway.stats()[0].state),
        (vec!["bell__ring"], State::Up)
    );
    gateway.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_over_http_that_was_down_is_found_to_be_up_by_itself() {
    let is_down = Arc::new(AtomicBool::new(false));
    let down = Arc::clone(&is_down);
    let (gateway, seen) = bell(move |_| {
        let is_down = down.load(Ordering::SeqCst);
        is_down.then(|| respond("401 Unauthorized", "text/plain", ""))
    });
    gateway.known(soon()).await;
    is_down.store(true, Ordering::SeqCst);
    assert!(ring(&gateway, "bell").await.is_err());
    assert_eq!(gateway.stats()[0].state, State::Down);
    is_down.store(false, Ordering::SeqCst);
    let calls = count(&seen, "tools/call");
    tokio::select! {
        () = until(|| gateway.stats()[0].fault.is_none()) => {}
        () = gateway.tend(|_| {}) => {}
    }
    assert_eq!(gateway.stats()[0].state, State::Up);
    assert_eq!(count(&seen, "tools/call"), calls);
    gateway.end().await;
}
