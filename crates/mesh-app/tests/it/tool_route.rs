//! `/tools` and `/tools/{name}`: the bodies of the contract.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

async fn post(path: &str, body: impl Into<bytes::Bytes>) -> Answer {
    TestApp::start().await.post(path, body).send().await
}

#[tokio::test]
async fn the_list_is_that_of_mcp() {
    let app = TestApp::start().await;
    let plain = app.get("/tools").send().await.json();
    let mcp = app.legacy("tools/list", json!({})).send().await.result();
    assert_eq!(plain["tools"], mcp["tools"]);
}

#[tokio::test]
async fn a_tool_s_own_address_is_its_definition() {
    let app = TestApp::start().await;
    let one = app.get("/tools/echo").send().await.json();
    assert_eq!(one, app.get("/tools").send().await.json()["tools"][0]);
}

#[tokio::test]
async fn a_call_s_body_is_the_arguments_and_its_answer_the_result() {
    let answer = post("/tools/echo", r#"{"text":"hello"}"#).await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert!(
        body.get("jsonrpc").is_none() && body.get("result").is_none(),
        "{body}"
    );
    assert_eq!(body["content"][0]["type"], "text");
    let text = body["content"][0]["text"].as_str().expect("text");
    assert_eq!(
        serde_json::from_str::<Value>(text).expect("JSON"),
        json!({"text": "hello"})
    );
    assert_eq!(text, r#"{"text":"hello"}"#);
    assert_eq!(body["structuredContent"], json!({"text": "hello"}));
}

#[tokio::test]
async fn a_call_without_a_body_is_told_that_one_is_required() {
    for body in ["", " \r\n"] {
        let answer = post("/tools/nothing", body).await;
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.json(),
            json!({"error": "Request body required for tool calls"})
        );
    }
}

#[tokio::test]
async fn a_call_that_needs_nothing_needs_an_empty_object() {
    assert_eq!(
        post("/tools/nothing", "{}").await.json()["content"][0]["text"],
        "nothing"
    );
}

#[tokio::test]
async fn a_failed_call_is_400_and_names_its_tool() {
    for (path, body, tool) in [
        ("/tools/echo", "{", "echo"),
        ("/tools/echo", "{}", "echo"),
        ("/tools/echo", "[]", "echo"),
        ("/tools/echo", "\"text\"", "echo"),
        ("/tools/ask", "{}", "ask"),
    ] {
        let answer = post(path, body).await;
        assert_eq!(answer.status, 400, "{path} {body}");
        let told = answer.json();
        assert_eq!(
            (&told["error"], &told["tool"]),
            (&json!("Tool call failed"), &json!(tool)),
            "{told}"
        );
        assert!(told["message"].is_string(), "{told}");
    }
}

#[tokio::test]
async fn an_unknown_tool_is_404_and_named_in_the_old_words() {
    let answer = post("/tools/foo", "{}").await;
    assert_eq!(answer.status, 404);
    let told = answer.json();
    assert_eq!(
        (&told["error"], &told["tool"]),
        (&json!("Tool call failed"), &json!("foo"))
    );
    assert!(
        told["message"]
            .as_str()
            .is_some_and(|text| text.contains("Unknown tool: foo")),
        "{told}"
    );
}

#[tokio::test]
async fn a_fault_of_the_server_s_is_its_own_and_tells_nothing() {
    for tool in ["break", "crash"] {
        let answer = post(&format!("/tools/{tool}"), "{}").await;
        assert_eq!(answer.status, 500, "{tool}");
        assert!(
            !answer.text().contains("inner matter") && !answer.text().contains("fault in a tool")
        );
    }
}

#[tokio::test]
async fn an_unknown_tool_has_no_definition() {
    let app = TestApp::start().await;
    for path in ["/tools/no-such", "/tools/..", "/tools/%00", "/tools/a%2Fb"] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.json()["error"].is_string(), "{path}");
    }
}

#[tokio::test]
async fn what_was_ignored_is_named() {
    let body = post("/tools/echo", r#"{"text":"a","colour":"red"}"#)
        .await
        .json();
    assert_eq!(
        body["_meta"]["aoma-mesh/ignoredArguments"],
        json!(["colour"])
    );
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_in_the_route_s_form() {
    let app = TestApp::with(&[("MESH_MAX_BODY_BYTES", "1024")]).await;
    let answer = app.post("/tools/echo", vec![b' '; 2000]).send().await;
    let told = answer.json();
    assert_eq!(
        (answer.status, &told["error"], &told["tool"]),
        (413, &json!("Tool call failed"), &json!("echo"))
    );
}

#[tokio::test]
async fn what_axum_refuses_is_json_in_the_route_s_form() {
    let app = TestApp::start().await;
    for request in [app.get("/tools/%FF"), app.post("/tools/%FF", "{}")] {
        let answer = request.send().await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (400, "application/json")
        );
        assert_eq!(answer.json()["error"], "bad_request", "{}", answer.text());
    }
    let answer = app
        .post("/messages?session_id=a&session_id=b", "{}")
        .send()
        .await;
    assert_eq!(answer.fault(), (400, -32600));
}
