//! 2026-07-28: each request says what it is, in its headers and in its body, and both must say the same.

use serde_json::{Value, json};

use crate::support::{Request, TestApp};

const HEADER_MISMATCH: i64 = -32020;
const UNSUPPORTED_VERSION: i64 = -32022;

fn echo(app: &TestApp) -> Request {
    app.modern(
        "tools/call",
        json!({"name": "echo", "arguments": {"text": "a"}}),
    )
}

#[tokio::test]
async fn headers_that_differ_from_the_body_are_refused() {
    let app = TestApp::start().await;
    for (name, value) in [
        ("mcp-method", "tools/list"),
        ("mcp-method", "Tools/Call"),
        ("mcp-name", "other"),
        ("mcp-name", ""),
        ("mcp-protocol-version", "2025-11-25"),
        ("mcp-name", "=?base64?b3RoZXI=?="),
    ] {
        let answer = echo(&app).header(name, value).send().await;
        assert_eq!(answer.fault(), (400, HEADER_MISMATCH), "{name}: {value}");
        assert_eq!(answer.json()["id"], 7);
    }
}

#[tokio::test]
async fn headers_that_are_missing_are_refused() {
    let app = TestApp::start().await;
    for name in ["mcp-method", "mcp-name", "mcp-protocol-version"] {
        let answer = echo(&app).without(name).send().await;
        assert_eq!(answer.fault(), (400, HEADER_MISMATCH), "{name}");
    }
}

#[tokio::test]
async fn an_encoded_name_is_decoded_before_it_is_compared() {
    let app = TestApp::start().await;
    let answer = echo(&app)
        .header("mcp-name", "=?base64?ZWNobw==?=")
        .send()
        .await;
    assert_eq!(answer.result()["structuredContent"]["text"], "a");
}

#[tokio::test]
async fn a_version_nobody_knows_is_answered_with_those_we_serve() {
    let app = TestApp::start().await;
    let params = json!({"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2099-01-01",
        "io.modelcontextprotocol/clientCapabilities": {},
    }});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params});
    let request = app.curl(&body).header("mcp-protocol-version", "2099-01-01");
    let answer = request.header("mcp-method", "tools/list").send().await;
    assert_eq!(answer.fault(), (400, UNSUPPORTED_VERSION));
    let data = &answer.json()["error"]["data"];
    assert_eq!(data["requested"], "2099-01-01");
    assert!(
        data["supported"]
            .as_array()
            .is_some_and(|all| all.contains(&json!("2026-07-28"))),
        "{data}"
    );
}

#[tokio::test]
async fn capabilities_left_out_are_invalid_params() {
    let app = TestApp::start().await;
    let params = json!({"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params});
    let request = app.curl(&body).header("mcp-protocol-version", "2026-07-28");
    let answer = request.header("mcp-method", "tools/list").send().await;
    assert_eq!(answer.fault(), (400, -32602));
}

#[tokio::test]
async fn an_unknown_method_is_404_and_named() {
    let app = TestApp::start().await;
    for method in [
        "no/such",
        "initialize",
        "logging/setLevel",
        "resources/subscribe",
        "tasks/list",
    ] {
        let answer = app.modern(method, json!({})).send().await;
        assert_eq!(answer.fault(), (404, -32601), "{method}");
        assert_eq!(answer.json()["id"], 7);
    }
}

#[tokio::test]
async fn an_unknown_tool_is_invalid_params() {
    let app = TestApp::start().await;
    let answer = app
        .modern("tools/call", json!({"name": "none"}))
        .send()
        .await;
    assert_eq!(answer.fault().1, -32602);
}

#[tokio::test]
async fn a_failing_tool_is_still_a_result() {
    let app = TestApp::start().await;
    for tool in ["break", "crash", "stall", "echo"] {
        let answer = app.modern("tools/call", json!({"name": tool, "arguments": {}}));
        let result = answer.without("accept").send().await.result();
        assert_eq!(
            (&result["isError"], &result["resultType"]),
            (&json!(true), &json!("complete")),
            "{tool}"
        );
    }
}

#[tokio::test]
async fn a_session_s_id_is_of_no_interest() {
    let app = TestApp::start().await;
    let answer = echo(&app)
        .header("mcp-session-id", "no-such-session")
        .send()
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("mcp-session-id"), "");
}

#[tokio::test]
async fn a_missing_capability_is_named() {
    let app = TestApp::start().await;
    let params = json!({"name": "ask", "arguments": {}, "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let answer = app
        .modern("tools/call", json!({"name": "ask"}))
        .body(body.to_string())
        .send()
        .await;
    assert_eq!(answer.fault(), (400, -32021));
    assert_eq!(
        answer.json()["error"]["data"]["requiredCapabilities"],
        json!({"elicitation": {}})
    );
}

fn second_round(first: &Value, answers: &Value) -> Value {
    json!({"name": "ask", "arguments": {}, "requestState": first["requestState"], "inputResponses": answers})
}

async fn first_round(app: &TestApp) -> Value {
    let result = app
        .modern("tools/call", json!({"name": "ask", "arguments": {}}))
        .send()
        .await
        .result();
    assert_eq!(result["resultType"], "input_required", "{result}");
    result
}

#[tokio::test]
async fn a_tool_that_asks_is_answered_in_the_next_round() {
    let app = TestApp::start().await;
    let first = first_round(&app).await;
    assert_eq!(
        first["inputRequests"]["name"]["method"],
        "elicitation/create"
    );
    let answers = json!({"name": {"action": "accept", "content": {"name": "Ada"}}});
    let second = app
        .modern("tools/call", second_round(&first, &answers))
        .send()
        .await
        .result();
    assert_eq!(second["content"][0]["text"], "Hello, Ada!");
}

#[tokio::test]
async fn a_round_without_its_answer_is_asked_again() {
    let app = TestApp::start().await;
    let first = first_round(&app).await;
    let answers = json!({"other": {"action": "accept", "content": {}}});
    let second = app
        .modern("tools/call", second_round(&first, &answers))
        .send()
        .await
        .result();
    assert_eq!(second["resultType"], "input_required");
    assert!(second["inputRequests"]["name"].is_object());
}

#[tokio::test]
async fn a_state_that_was_touched_or_made_up_is_refused() {
    let app = TestApp::start().await;
    let other = first_round(&TestApp::start().await).await;
    let mut touched = first_round(&app).await;
    touched["requestState"] =
        format!("{}x", touched["requestState"].as_str().expect("text")).into();
    for state in [
        touched,
        other,
        json!({"requestState": ""}),
        json!({"requestState": "made-up"}),
    ] {
        let answer = app
            .modern("tools/call", second_round(&state, &json!({})))
            .send()
            .await;
        assert_eq!(answer.fault().1, -32602, "{state}");
    }
}

#[tokio::test]
async fn a_state_is_of_no_use_for_another_tool() {
    let app = TestApp::start().await;
    let mut params = second_round(&first_round(&app).await, &json!({}));
    params["name"] = "nothing".into();
    assert_eq!(
        app.modern("tools/call", params).send().await.fault().1,
        -32602
    );
}

#[tokio::test]
async fn only_post_is_of_this_revision() {
    let app = TestApp::start().await;
    for method in [http::Method::GET, http::Method::DELETE, http::Method::PUT] {
        let answer = app.request(method.clone(), "/rpc").send().await;
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.header("allow").contains("POST"), "{method}");
    }
}
