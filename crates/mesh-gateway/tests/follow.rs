//! What is configured changes while it is served.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use mesh_core::{Deadline, Secret};
use mesh_gateway::{Approvals, Asked, Credentials, Entry, Gateway, Replaced, World, source};
use serde_json::{Value, json};

#[derive(Debug)]
struct Nothing;

impl Credentials for Nothing {
    fn read<'a>(
        &'a self,
        _: Option<&'a str>,
        _: &'a [String],
        _: bool,
    ) -> BoxFuture<'a, HashMap<String, Secret>> {
        Box::pin(std::future::ready(HashMap::new()))
    }
}

/// Answers each call with its own process id, once there is a file of the first argument's name; it writes one of the second's
/// when a call has come. Both may be empty.
const SERVER: &str = r#"
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"ring","inputSchema":{"type":"object"}}]}' ;;
    *'"tools/call"'*)
      [ -z "$2" ] || : > "$2"
      while [ -n "$1" ] && ! [ -e "$1" ]; do sleep 0.02; done
      result='{"content":[{"type":"text","text":"'$$'"}]}' ;;
    *) continue ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

fn entry(name: &str, line: usize, arguments: [&str; 2]) -> Entry {
    let servers = json!({"mcpServers": {name: {"command": "/bin/sh", "args": ["-c", SERVER, "sh", arguments[0], arguments[1]]}}});
    let text = format!("{}{servers}", "\n".repeat(line));
    source::read(Path::new("mcp.json"), &text).entries.remove(0)
}

fn asked() -> Asked {
    Asked {
        deadline: soon(),
        trace: None,
        steps: None,
        max_bytes: 1 << 20,
    }
}

fn soon() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_secs(20))
}

/// The process that answered.
async fn ring(gateway: &Gateway, upstream: &str) -> String {
    let catalogue = gateway.catalogue();
    let tool = catalogue.tool_of(upstream, "ring").expect("it is offered");
    let result = gateway.call(tool, "{}", asked()).await.expect("an answer");
    let result: Value = serde_json::from_str(result.get()).expect("JSON");
    result["content"][0]["text"].as_str().expect("text").to_owned()
}

async fn until(happened: impl Fn() -> bool) {
    let waiting = async {
        while !happened() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("it happens");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_changed_is_started_anew_and_calls_end_in_peace() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let (go, came) = (path("go"), path("came"));
    let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    let slow = [text(&go), text(&came)];
    let slow = [slow[0].as_str(), slow[1].as_str()];
    let world = World {
        environment: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
        approvals: Arc::new(Approvals::none()),
        launcher: None,
        credentials: Arc::new(Nothing),
    };
    let entries = vec![entry("bell", 0, slow), entry("gong", 0, ["", ""]), entry("horn", 0, ["", ""])];
    let gateway = Gateway::new(entries, &world, 48);
    gateway.known(soon()).await;
    let gong = ring(&gateway, "gong").await;
    let (under_way, caller) = (gateway.clone(), gateway.clone());
    let call = tokio::spawn(async move { ring(&under_way, "bell").await });
    until(|| came.exists()).await;

    let entries = vec![entry("bell", 0, ["", ""]), entry("gong", 7, ["", ""]), entry("lute", 0, ["", ""])];
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        gateway.replace(entries),
        Replaced {
            added: named(&["lute"]),
            changed: named(&["bell"]),
            removed: named(&["horn"]),
        }
    );
    gateway.known(soon()).await;
    gateway.publish();
    let successor = ring(&caller, "bell").await;
    assert_eq!(ring(&gateway, "gong").await, gong, "it goes on as it was");
    assert!(gateway.catalogue().tool_of("horn", "ring").is_none());
    assert!(!gateway.has("horn") && gateway.has("lute"));
    assert!(!call.is_finished());
    std::fs::write(&go, "").expect("written");
    let before = call.await.expect("it ends");
    assert_ne!(before, successor);
    until(|| !Path::new("/proc").join(&before).exists()).await;
    gateway.end().await;
    until(|| !Path::new("/proc").join(&successor).exists()).await;
}
