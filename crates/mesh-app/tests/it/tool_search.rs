//! A catalogue that is searched rather than listed, over the plain routes.

use mesh_tools::admission::Admission;
use serde_json::{Value, json};

use crate::support::{TestApp, admitting, shell};

async fn searched(admission: Admission) -> (TestApp, tempfile::TempDir) {
    let bell = shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"ring","description":"Rings the bell of the tower.","inputSchema":{"type":"object"}}]}}' ;;
    *'"tools/call"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"text","text":"rung"}]}}' ;;"#,
    );
    let settings = [("MESH_TOOLS", "search")];
    admitting(&settings, json!({"bell": bell}), admission).await
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
    let (app, _file) = searched(Admission::default()).await;
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

#[tokio::test]
async fn a_search_is_refused_at_once_where_the_server_has_more_to_do_than_it_can() {
    let (app, _file) = searched(Admission::with_slots(0)).await;
    let asked = json!({"query": "ring a bell"}).to_string();
    let answer = app.post("/tools/search_tools", asked).send().await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    let told = "the server has more to do than it can; try again in 1 s";
    assert_eq!(answer.json()["message"], told);
}

#[tokio::test]
async fn the_two_are_listed_before_anything_was_heard() {
    let dead = json!({"command": "/bin/false"});
    let settings = [("MESH_TOOLS", "search")];
    let (app, _file) = admitting(&settings, json!({"dead": dead}), Admission::default()).await;
    let list = app.get("/tools").send().await.json();
    let listed = names(&list);
    assert!(
        listed.ends_with(&["search_tools", "call_tool"]),
        "{listed:?}"
    );
    let called = app.post("/mcp/dead/tools/ring", "{}").send().await;
    assert_eq!(called.status, 503, "{}", called.text());
    let told = called.json()["message"].to_string();
    assert!(
        told.contains("`dead` is down") && told.contains("tried again"),
        "{told}"
    );
}

#[tokio::test]
async fn nothing_is_searched_where_all_were_heard_and_have_no_tools() {
    let mute = shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[]}}' ;;"#,
    );
    let settings = [("MESH_TOOLS", "search")];
    let (app, _file) = admitting(&settings, json!({"mute": mute}), Admission::default()).await;
    let list = app.get("/tools").send().await.json();
    assert!(!names(&list).contains(&"search_tools"), "{list}");
}
