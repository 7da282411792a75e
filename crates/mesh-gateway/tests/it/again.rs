//! An upstream that could not be started comes back by itself.

use std::path::Path;

use mesh_gateway::{Gateway, Kind, State, source};
use serde_json::json;

use crate::support::{soon, world};

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
