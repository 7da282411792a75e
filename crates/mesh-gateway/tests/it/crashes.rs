//! An upstream that starts and lists well, and ends in each call.

use std::path::Path;
use std::time::{Duration, Instant};

use mesh_gateway::{Gateway, State, source};
use serde_json::json;

use crate::support::{ring, soon, world};

/// Writes a line into the file of the first argument's name whenever it is started.
const SERVER: &str = r#"
echo started >> "$1"
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"ring","inputSchema":{"type":"object"}}]}' ;;
    *'"tools/call"'*) exit 9 ;;
    *) continue ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

#[tokio::test]
async fn it_is_left_alone_after_three_of_them_though_it_lists_in_between() {
    let folder = tempfile::tempdir().expect("a folder");
    let starts = folder.path().join("starts");
    let text = json!({"mcpServers": {"bell": {"command": "/bin/sh", "args": ["-c", SERVER, "sh", starts]}}});
    let read = source::read(Path::new("mcp.json"), &text.to_string());
    assert_eq!(read.faults, []);
    let gateway = Gateway::new(read.entries, &world(), 48);
    for _ in 0..3 {
        gateway.ask_all(soon()).await;
        let why = ring(&gateway, "bell").await.expect_err("it ends");
        assert_eq!(why, "it ended (exit status: 9)");
    }
    let why = ring(&gateway, "bell").await.expect_err("it is left alone");
    assert_eq!(why, "it is not tried again for 1 s");
    let started = std::fs::read_to_string(&starts).expect("it was started");
    assert_eq!(started.lines().count(), 3);
    assert_eq!(gateway.stats()[0].state, State::Down);
    gateway.end().await;
}

/// Ends in a call, and leaves a process of another group behind that writes to its output. That one is there once there is a file of
/// the first argument's name.
const LEAVING: &str = r#"
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"ring","inputSchema":{"type":"object"}}]}' ;;
    *'"tools/call"'*) 
      setsid sh -c ': > "$1"; exec timeout 25 yes' sh "$1" &
      until [ -e "$1" ]; do sleep 0.02; done
      echo 'out of bells' >&2
      exit 3 ;;
    *) continue ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

#[tokio::test]
async fn it_has_ended_though_what_it_has_started_holds_its_output_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let args = json!(["-c", LEAVING, "sh", folder.path().join("started")]);
    let text = json!({"mcpServers": {"bell": {"command": "/bin/sh", "args": args}}});
    let read = source::read(Path::new("mcp.json"), &text.to_string());
    let gateway = Gateway::new(read.entries, &world(), 48);
    gateway.known(soon()).await;
    let called = Instant::now();
    let why = ring(&gateway, "bell").await.expect_err("it ends");
    assert!(called.elapsed() < Duration::from_secs(15));
    assert_eq!(
        why,
        "it ended (exit status: 3); the last that it said: out of bells"
    );
    assert_eq!(gateway.stats()[0].state, State::Down);
    gateway.end().await;
}
