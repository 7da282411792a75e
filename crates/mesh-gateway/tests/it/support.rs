//! Upstreams that are a few lines of shell.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use mesh_core::{Deadline, Secret};
use mesh_gateway::{
    Approvals, Asked, Credentials, Entry, Freshness, Gateway, Here, HopId, Hops, Listener, World,
    source,
};
use serde_json::{Value, json};

#[derive(Debug)]
struct Nothing;

impl Credentials for Nothing {
    fn read<'a>(
        &'a self,
        _: Option<&'a str>,
        _: &'a [String],
        _: Freshness,
    ) -> BoxFuture<'a, Result<HashMap<String, Secret>, String>> {
        Box::pin(std::future::ready(Ok(HashMap::new())))
    }
}

pub(crate) fn world() -> World {
    World {
        environment: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
        approvals: Arc::new(Approvals::none()),
        launcher: None,
        credentials: Arc::new(Nothing),
        signs: None,
        sandbox: None,
        here: Here::new(&Hops::default(), HopId::of_words(["tests"])),
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

/// Of the server above, written in that line of its file.
pub(crate) fn entry(name: &str, line: usize, arguments: [&Path; 2]) -> Entry {
    let arguments = [
        Path::new("-c"),
        Path::new(SERVER),
        Path::new("sh"),
        arguments[0],
        arguments[1],
    ];
    let servers = json!({"mcpServers": {name: {"command": "/bin/sh", "args": arguments}}});
    let text = format!("{}{servers}", "\n".repeat(line));
    source::read(Path::new("mcp.json"), &text).entries.remove(0)
}

/// One that waits for nothing.
pub(crate) fn quick(name: &str, line: usize) -> Entry {
    entry(name, line, [Path::new(""); 2])
}

pub(crate) fn soon() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_secs(20))
}

/// The process that answered, or why none did.
pub(crate) async fn ring(gateway: &Gateway, upstream: &str) -> Result<String, String> {
    ring_with(gateway, upstream, "{}").await
}

/// The same, with arguments.
pub(crate) async fn ring_with(
    gateway: &Gateway,
    upstream: &str,
    arguments: &str,
) -> Result<String, String> {
    let catalogue = gateway.catalogue();
    let tool = catalogue.tool_of(upstream, "ring").expect("it is offered");
    let asked = Asked {
        deadline: soon(),
        hops: Hops::default(),
        trace: None,
        listener: Listener::default(),
        max_bytes: 1 << 20,
    };
    let result = gateway.call(tool, arguments, Vec::new(), asked).await;
    let result = result.map_err(|fault| fault.to_string())?;
    let result: Value = serde_json::from_str(result.get()).expect("JSON");
    Ok(result["content"][0]["text"]
        .as_str()
        .expect("text")
        .to_owned())
}

pub(crate) fn is_alive(process: &str) -> bool {
    Path::new("/proc").join(process).exists()
}

pub(crate) async fn until(happened: impl Fn() -> bool) {
    let waiting = async {
        while !happened() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    waited.expect("it happens");
}
