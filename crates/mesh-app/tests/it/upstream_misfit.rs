//! What another server lists or answers that the protocol does not know is told of, and costs nothing else.

use serde_json::{Value, json};

use crate::support::{TestApp, gateway, shell};

/// Lists two of each, of which clients can take one; it answers calls with what `result` is.
fn odd(result: &str) -> Value {
    shell(
        &r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"resources":{},"prompts":{},"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"ping","inputSchema":{}},{"name":"pong","description":null,"inputSchema":{"type":"object"}},{"name":"work","inputSchema":{"type":"object"}}]}}' ;;
    *'"prompts/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"prompts":[{"name":"unfit","arguments":[{}]},{"name":"fit"}]}}' ;;
    *'"resources/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"resources":[{"uri":"x:unfit"},{"uri":"x:fit","name":"fit"}]}}' ;;
    *'"resources/templates/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"resourceTemplates":[{"uriTemplate":"y:{unfit}"},{"uriTemplate":"y:{fit}","name":"fit"}]}}' ;;
    *'"tools/call"'*|*'"resources/read"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":RESULT}' ;;"#.replace("RESULT", result),
    )
}

async fn behind(result: &str) -> (TestApp, tempfile::TempDir) {
    let (app, file) = gateway(&[], json!({"odd": odd(result)})).await;
    app.legacy("tools/list", json!({})).send().await.result();
    (app, file)
}

#[tokio::test]
async fn what_clients_cannot_take_is_left_out_and_its_siblings_stay() {
    let (app, _file) = behind("{}").await;
    for (method, list, key, expected) in [
        ("tools/list", "tools", "name", "work"),
        ("prompts/list", "prompts", "name", "fit"),
        ("resources/list", "resources", "uri", "x:fit"),
        (
            "resources/templates/list",
            "resourceTemplates",
            "uriTemplate",
            "y:{fit}",
        ),
    ] {
        let request = app.legacy(method, json!({})).to("/mcp/odd");
        let listed = request.send().await.result();
        let listed = listed[list].as_array().expect("a list").iter();
        let keys: Vec<_> = listed.map(|item| &item[key]).collect();
        assert_eq!(keys, [expected], "{method}");
    }
}

#[tokio::test]
async fn a_result_that_is_no_object_is_a_failure_that_names_its_server() {
    for result in [r#""ok""#, "null", "[]"] {
        let (app, _file) = behind(result).await;
        let (failed, text) = app.call("odd__work", json!({})).send().await.told();
        assert!(failed && text.contains("`odd`"), "{text}");
        assert!(text.contains("its result is no object"), "{text}");
    }
}

#[tokio::test]
async fn who_answered_is_this_server_and_none_behind_it() {
    let answer = r#"{"content":[],"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"s","version":"1"},"x":1}}"#;
    let (app, _file) = behind(answer).await;
    let call = json!({"name": "odd__work", "arguments": {}});
    let legacy = app.legacy("tools/call", call.clone()).send().await.result();
    assert_eq!(legacy["_meta"], json!({"x": 1}));
    let modern = app.modern("tools/call", call).send().await.result();
    let meta = &modern["_meta"];
    assert_eq!(meta["x"], 1);
    assert_ne!(meta["io.modelcontextprotocol/serverInfo"]["name"], "s");
}

/// A tool of 2026-07-28, whose results are lists.
fn lists() -> Value {
    shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"all","inputSchema":{"type":"object"},"outputSchema":{"type":"array"}},{"name":"one","inputSchema":{"type":"object"},"outputSchema":{"type":"object"}}]}}' ;;
    *'"tools/call"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"text","text":"[1]"}],"structuredContent":[1]}}' ;;"#,
    )
}

#[tokio::test]
async fn a_result_of_any_shape_is_for_clients_of_2026_and_others_keep_its_text() {
    let (app, _file) = gateway(&[], json!({"odd": lists()})).await;
    let listed = app.modern("tools/list", json!({})).to("/mcp/odd").send();
    let listed = listed.await.result();
    let schemas = |listed: &Value| {
        let tools = listed["tools"].as_array().expect("a list").iter();
        tools
            .map(|tool| tool["outputSchema"]["type"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(schemas(&listed), ["array", "object"]);
    let listed = app.legacy("tools/list", json!({})).to("/mcp/odd").send();
    assert_eq!(
        schemas(&listed.await.result()),
        [Value::Null, json!("object")]
    );
    let call = json!({"name": "all", "arguments": {}});
    let modern = app.modern("tools/call", call.clone()).to("/mcp/odd").send();
    let modern = modern.await.result();
    assert_eq!(modern["structuredContent"], json!([1]));
    let legacy = app.legacy("tools/call", call).to("/mcp/odd").send().await;
    assert_eq!(
        legacy.result(),
        json!({"content": [{"type": "text", "text": "[1]"}]})
    );
}

#[tokio::test]
async fn a_resource_that_asks_something_first_is_not_read() {
    let asks = r#"{"resultType":"input_required","inputRequests":{"who":{"method":"elicitation/create","params":{}}}}"#;
    let (app, _file) = behind(asks).await;
    let request = app.legacy("resources/read", json!({"uri": "x:fit"}));
    let answer = request.send().await.json();
    let told = answer["error"]["message"].as_str().expect("a message");
    assert!(told.contains("`odd` asks its user something"), "{answer}");
}
