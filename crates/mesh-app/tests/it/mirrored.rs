//! Headers that repeat arguments are compared with them, at whatever address a tool is called (MCP 2026-07-28,
//! basic/transports/streamable-http).

use serde_json::{Value, json};

use crate::support::{TestApp, gateway, shell};

/// A tool whose region is repeated; one of them has the name that a tool of ours has.
fn regional() -> Value {
    let region =
        r#"{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}"#;
    shell(
        &r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"ring","inputSchema":REGION},{"name":"echo","inputSchema":REGION}]}}' ;;
    *'"tools/call"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"text","text":"rung"}]}}' ;;"#
            .replace("REGION", region),
    )
}

async fn call(app: &TestApp, path: &str, tool: &str, region: Option<&str>) -> Value {
    let call = json!({"name": tool, "arguments": {"region": "Europe"}});
    let mut request = app.modern("tools/call", call).to(path);
    if let Some(region) = region {
        request = request.header("mcp-param-region", region);
    }
    request.send().await.json()
}

#[tokio::test]
async fn a_header_is_compared_where_a_server_stands_alone_too() {
    let (app, _file) = gateway(&[], json!({"bell": regional()})).await;
    app.legacy("tools/list", json!({})).send().await.result();
    for (path, tool) in [
        ("/rpc", "bell__ring"),
        ("/mcp/bell", "ring"),
        ("/mcp/bell", "echo"),
    ] {
        let right = call(&app, path, tool, Some("Europe")).await;
        let text = &right["result"]["content"][0]["text"];
        assert_eq!(text, "rung", "{path} {tool}: {right}");
        for wrong in [None, Some("Asia")] {
            let refused = call(&app, path, tool, wrong).await;
            let code = &refused["error"]["code"];
            assert_eq!(code, -32020, "{path} {tool} {wrong:?}: {refused}");
        }
    }
}
