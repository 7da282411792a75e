//! What is listed of a server that does not run is what was last heard of it, and the list says so.

use serde_json::{Value, json};

use crate::support::{Session, gateway, shell};

const STATE: &str = "aoma-mesh/state";

/// Ends in every call.
fn brittle() -> Value {
    shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"prompts":{},"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"work","inputSchema":{"type":"object"}}]}}' ;;
    *'"prompts/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"prompts":[{"name":"p"}]}}' ;;
    *'"tools/call"'*) exit 3 ;;"#,
    )
}

#[tokio::test]
async fn a_list_says_which_servers_are_not_up() {
    let (app, _file) = gateway(&[], json!({"brittle": brittle(), "sound": brittle()})).await;
    let session = Session::open(&app).await;
    let lists = [("tools/list", "tools"), ("prompts/list", "prompts")];
    for (method, _) in lists {
        let result = app.legacy(method, json!({})).send().await.result();
        assert_eq!(result.get("_meta"), None, "{method}");
    }
    let (failed, text) = app.call("brittle__work", json!({})).send().await.told();
    assert!(failed, "{text}");
    for (method, list) in lists {
        let alone = app.legacy(method, json!({})).send().await.result();
        let in_session = session.request(method, json!({})).without("accept");
        let modern = app.modern(method, json!({})).send().await.result();
        for (result, era) in [
            (&alone, "alone"),
            (&in_session.send().await.result(), "in a session"),
            (&modern, "2026"),
        ] {
            let state = &result["_meta"][STATE];
            assert_eq!(*state, json!({"brittle": "down"}), "{method}, {era}");
            assert_eq!(result[list], alone[list], "{method}, {era}");
        }
        let sound = app.legacy(method, json!({})).to("/mcp/sound");
        let sound = sound.send().await.result();
        assert_eq!(sound.get("_meta"), None, "{method} of one that is up");
    }
}
