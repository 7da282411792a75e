//! Parameters of the wrong shape are -32602, a method nobody knows is -32601, and an argument the tool misses is a result
//! that the model can read.

use serde_json::{Value, json};

use crate::support::TestApp;

#[tokio::test]
async fn wrong_params_of_a_known_method_are_invalid_params() {
    let app = TestApp::start().await;
    for (method, params) in [
        ("tools/call", json!({})),
        ("tools/call", json!({"name": 1})),
        ("tools/call", json!({"name": null})),
        ("tools/call", json!({"name": "echo", "arguments": "text"})),
        ("tools/call", json!({"name": "echo", "arguments": ["text"]})),
        ("tools/call", json!([])),
        ("tools/call", json!("echo")),
        ("tools/list", json!({"cursor": 5})),
        ("tools/list", json!("x")),
        ("resources/list", json!({"cursor": []})),
        ("resources/templates/list", json!({"cursor": {}})),
        ("prompts/list", json!({"cursor": 1})),
        ("resources/read", json!({})),
        ("resources/read", json!({"uri": 1})),
        ("prompts/get", json!({})),
        ("prompts/get", json!({"name": "p", "arguments": 1})),
        ("completion/complete", json!({})),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/none"}, "argument": {"name": "a", "value": "b"}}),
        ),
        ("initialize", json!({})),
        ("initialize", json!({"protocolVersion": 5})),
    ] {
        let answer = app.legacy(method, params.clone()).send().await;
        assert_eq!(answer.fault(), (200, -32602), "{method} {params}");
        assert_eq!(answer.json()["id"], 7);
    }
}

#[tokio::test]
async fn params_that_are_missing_are_invalid_params() {
    let app = TestApp::start().await;
    for method in [
        "tools/call",
        "resources/read",
        "prompts/get",
        "completion/complete",
        "initialize",
    ] {
        let answer = app.curl(&json!({"id": 1, "method": method})).send().await;
        assert_eq!(answer.fault(), (200, -32602), "{method}");
    }
}

#[tokio::test]
async fn an_unknown_method_is_named() {
    let app = TestApp::start().await;
    for method in ["no/such", "", "tools", "TOOLS/LIST", "tools/list "] {
        let answer = app.legacy(method, json!({})).send().await;
        assert_eq!(answer.fault(), (200, -32601), "{method}");
    }
}

#[tokio::test]
async fn an_unknown_tool_is_invalid_params_and_named() {
    let app = TestApp::start().await;
    let answer = app.call("no-such-tool", json!({})).send().await;
    assert_eq!(answer.fault(), (200, -32602));
    let message = answer.json()["error"]["message"].to_string();
    assert!(message.contains("no-such-tool"), "{message}");
}

#[tokio::test]
async fn an_unknown_resource_has_the_code_of_its_revision() {
    let app = TestApp::start().await;
    let params = json!({"uri": "test://no-such"});
    assert_eq!(
        app.legacy("resources/read", params.clone())
            .send()
            .await
            .fault(),
        (200, -32002)
    );
    let modern = app.modern("resources/read", params).send().await;
    assert_eq!(modern.fault().1, -32602);
    assert_eq!(modern.json()["error"]["data"]["uri"], "test://no-such");
}

#[tokio::test]
async fn a_missing_argument_is_a_result_the_model_can_read() {
    let app = TestApp::start().await;
    for arguments in [json!({}), json!({"text": {"a": 5}}), json!({"text": null})] {
        let (failed, text) = app.call("echo", arguments).send().await.told();
        assert!(failed);
        assert!(text.contains("text"), "{text}");
    }
}

#[tokio::test]
async fn an_unknown_argument_is_ignored_but_named() {
    let app = TestApp::start().await;
    let arguments = json!({"text": "a", "colour": "red"});
    let result = app.call("echo", arguments).send().await.result();
    assert_eq!(result["structuredContent"]["text"], "a");
    assert_eq!(
        result["_meta"]["aoma-mesh/ignoredArguments"],
        json!(["colour"])
    );
}

#[tokio::test]
async fn a_failure_inside_tells_nothing_of_the_inside() {
    let app = TestApp::start().await;
    for tool in ["break", "crash"] {
        let (failed, text) = app.call(tool, json!({})).send().await.told();
        assert!(failed, "{tool}");
        assert!(
            !text.contains("inner matter") && !text.contains("fault in a tool"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn after_a_panic_the_next_call_is_answered() {
    let app = TestApp::start().await;
    app.call("crash", json!({})).send().await;
    let result = app
        .call("echo", json!({"text": "still here"}))
        .send()
        .await
        .result();
    assert_eq!(result["structuredContent"]["text"], "still here");
}

#[tokio::test]
async fn what_is_not_declared_is_not_answered() {
    let app = TestApp::with(&[("MESH_SESSIONS", "off")]).await;
    let level = json!({"level": "debug"});
    let uri = json!({"uri": "test://fixed"});
    for (method, params) in [
        ("logging/setLevel", level),
        ("resources/subscribe", uri.clone()),
        ("resources/unsubscribe", uri),
    ] {
        let answer = app.legacy(method, params).send().await;
        assert_eq!(answer.fault(), (200, -32601), "{method}");
    }
}

#[tokio::test]
async fn a_tool_that_asks_is_told_to_nobody_who_cannot_be_asked() {
    let app = TestApp::with(&[("MESH_SESSIONS", "off")]).await;
    let (failed, text) = app.call("ask", json!({})).send().await.told();
    assert!(failed);
    assert!(text.contains("elicitation"), "{text}");
}

#[tokio::test]
async fn a_task_is_not_begun_where_none_are_declared() {
    let app = TestApp::start().await;
    for method in [
        "tasks/get",
        "tasks/list",
        "tasks/cancel",
        "tasks/result",
        "sampling/createMessage",
        "roots/list",
    ] {
        let answer = app.legacy(method, json!({"taskId": "1"})).send().await;
        assert_eq!(
            answer.fault(),
            (200, -32601),
            "{method}: {}",
            Value::from(answer.text())
        );
    }
}
