//! What is asked of servers behind this one, as spans of the request that it is asked for.

use std::sync::{Arc, Mutex};

use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::support::server::Server;
use crate::support::{fake, mesh, ran, text};

/// `ring` tells the `traceparent` that it was sent, `fail` answers an error.
const BELL: &str = r#"
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  trace=$(printf %s "$line" | sed -n 's/.*"traceparent":"\([0-9a-f-]*\)".*/\1/p')
  answer='"result":{}'
  case "$line" in
    *'"initialize"'*) answer='"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) answer='"result":{"tools":[{"name":"ring","inputSchema":{"type":"object"}},{"name":"fail","inputSchema":{"type":"object"}}]}' ;;
    *'"name":"fail"'*) answer='"error":{"code":-32050,"message":"no"}' ;;
    *'"tools/call"'*) answer='"result":{"content":[{"type":"text","text":"sent '"$trace"'"}]}' ;;
    *'"notifications/'*) continue ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$answer"
done
"#;

/// The spans of one name, whichever side they are of.
fn of<'s>(spans: &'s [Value], name: &str, kind: u8) -> &'s Value {
    let is_it = |span: &&Value| span["name"] == name && span["kind"] == kind;
    let mut found = spans.iter().filter(is_it);
    let span = found.next().unwrap_or_else(|| panic!("{name}: {spans:?}"));
    assert!(found.next().is_none(), "{name}: {spans:?}");
    span
}

fn attribute<'s>(span: &'s Value, key: &str) -> &'s Value {
    let attributes = span["attributes"].as_array().expect("a list");
    let found = attributes.iter().find(|attribute| attribute["key"] == key);
    &found.unwrap_or_else(|| panic!("{key}: {span}"))["value"]["stringValue"]
}

#[test]
fn a_call_of_an_upstream_is_a_span_that_it_is_sent_as_its_parent() {
    let exports: Arc<Mutex<Vec<Value>>> = Arc::default();
    let kept = Arc::clone(&exports);
    let collector = fake::serve(Router::new().route(
        "/v1/traces",
        post(async move |Json(export): Json<Value>| kept.lock().expect("unpoisoned").push(export)),
    ));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mcp.json");
    let bell = json!({"command": "/bin/sh", "args": ["-c", BELL]});
    let servers = json!({"mcpServers": {"bell": bell}});
    std::fs::write(&file, servers.to_string()).expect("written");
    let settings = [
        ("MESH_OTLP_ENDPOINT", collector.as_str()),
        ("MESH_LOCK", "off"),
        ("PATH", "/usr/bin:/bin"),
    ];
    let server = Server::start(&["--upstreams", text(&file)], &settings);
    let call = |tool| ran(mesh(&["call", &server.url, tool]).output().expect("starts"));
    let rung = call("bell__ring").stdout;
    assert_ne!(call("bell__fail").code, 0);
    server.signal("TERM");
    assert_eq!(server.ended().0, Some(0));
    let exports = exports.lock().expect("unpoisoned");
    let spans = exports.iter().flat_map(|export| {
        let spans = &export["resourceSpans"][0]["scopeSpans"][0]["spans"];
        spans.as_array().expect("spans").clone()
    });
    let spans: Vec<Value> = spans.collect();
    let (request, asked) = (
        of(&spans, "tools/call bell__ring", 2),
        of(&spans, "tools/call ring", 3),
    );
    assert_eq!(asked["parentSpanId"], request["spanId"]);
    assert_eq!(asked["traceId"], request["traceId"]);
    let id = |span: &Value, member: &str| span[member].as_str().expect("an id").to_owned();
    let sent = format!(
        "sent 00-{}-{}-01",
        id(asked, "traceId"),
        id(asked, "spanId")
    );
    assert_eq!(rung.trim(), sent);
    assert_eq!(attribute(asked, "peer.service"), "bell");
    assert_eq!(attribute(asked, "network.transport"), "pipe");
    assert_eq!(asked["status"], json!({}));
    let failed = of(&spans, "tools/call fail", 3);
    assert_eq!(attribute(failed, "error.type"), "-32050");
    assert_eq!(failed["status"], json!({"code": 2}));
}
