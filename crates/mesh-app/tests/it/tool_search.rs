//! A catalogue that is searched rather than listed, over the plain routes.

use serde_json::{Value, json};

use crate::support::{TestApp, gateway, shell};

async fn searched() -> (TestApp, tempfile::TempDir) {
    let bell = shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"ring","description":"Rings the bell of the tower.","inputSchema":{"type":"object"}}]}}' ;;
    *'"tools/call"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"text","text":"rung"}]}}' ;;"#,
    );
    gateway(&[("MESH_TOOLS", "search")], json!({"bell": bell})).await
}

fn names(list: &Value) -> Vec<&str> {
    let tools = list["tools"].as_array().expect("a list");
    tools
        .iter()
        .map(|tool| tool["name"].as_str().expect("a name"))
        .collect()
}

#[tokio::test]
async fn each_listed_tool_has_a_page_and_what_is_found_can_be_called() {
    let (app, _file) = searched().await;
    let list = app.get("/tools").send().await.json();
    let listed = names(&list);
    assert!(
        listed.ends_with(&["search_tools", "call_tool"]),
        "{listed:?}"
    );
    for (name, listed) in listed.iter().zip(list["tools"].as_array().expect("a list")) {
        let page = app.get(&format!("/tools/{name}")).send().await;
        assert_eq!((page.status, &page.json()), (200, listed), "{name}");
    }
    let asked = json!({"query": "ring a bell"}).to_string();
    let found = app.post("/tools/search_tools", asked).send().await.json();
    assert_eq!(
        names(&found["structuredContent"]),
        ["bell__ring"],
        "{found}"
    );
    let call = json!({"name": "bell__ring", "arguments": {}}).to_string();
    let called = app.post("/tools/call_tool", call).send().await.json();
    assert_eq!(called["content"][0]["text"], "rung", "{called}");
}
