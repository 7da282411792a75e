//! A server with others behind it.

use serde_json::{Value, json};

use super::{DIGEST, assert_passed, check, unwell, verify};
use crate::support::server::Server;
use crate::support::{corpus, mesh, ran, text};

/// It describes nothing, has an image, and refuses a call without arguments.
const BELL: &str = r#"
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  result=
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{},"resources":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"ring","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true,"openWorldHint":false}}]}' ;;
    *'"resources/list"'*) result='{"resources":[{"uri":"bell://picture","name":"picture"}]}' ;;
    *'"resources/read"'*) result='{"contents":[{"uri":"bell://picture","blob":"AA=="}]}' ;;
    *'"tools/call"'*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32602,"message":"how often?"}}\n' "$id" ;;
  esac
  [ -z "$result" ] || printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

fn bell() -> Value {
    json!({"command": "/bin/sh", "args": ["-c", BELL]})
}

/// The server before those others, which it has tried.
fn before(folder: &std::path::Path, servers: &Value, more: &[(&str, &str)]) -> Server {
    let file = folder.join("mcp.json");
    let written = json!({"mcpServers": servers}).to_string();
    std::fs::write(&file, written).expect("written");
    let corpus = folder.join("corpus");
    let own = [
        ("MESH_BEARER_SHA256", DIGEST),
        ("MESH_LOG", "off"),
        ("MESH_LIMITS", "off"),
        ("MESH_LOCK", "off"),
    ];
    let arguments = ["--corpus", text(&corpus), "--upstreams", text(&file)];
    let server = Server::start(&arguments, &[&own, more].concat());
    let mut list = mesh(&["call", &server.url]);
    let listed = ran(list
        .env("MESH_BEARER", super::TOKEN)
        .output()
        .expect("starts"));
    assert_eq!(listed.code, 0, "{listed:?}");
    server
}

#[test]
fn their_tools_are_no_fault_whether_all_are_listed_or_searched_for() {
    for listing in ["all", "search"] {
        let folder = corpus();
        let server = before(
            folder.path(),
            &json!({"bell": bell()}),
            &[("MESH_TOOLS", listing)],
        );
        assert_passed(&verify(&[&server.url]));
    }
}

#[test]
fn one_of_them_that_is_down_is_a_warning_that_names_it() {
    let folder = corpus();
    let gone = json!({"command": "/bin/sh", "args": ["-c", "exit 7"]});
    let servers = json!({"bell": bell(), "gone": gone});
    let server = before(folder.path(), &servers, &[]);
    let verified = verify(&[&server.url]);
    assert_eq!(verified.code, 3, "{verified:?}");
    let (verdict, detail) = check(&verified, "health");
    assert_eq!(verdict, "warn", "{detail}");
    assert!(
        detail.starts_with("degraded") && detail.contains("`gone` is down: it ended"),
        "{detail}"
    );
    assert_eq!(unwell(&verified).len(), 1, "{verified:?}");
}
