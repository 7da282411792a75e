//! The deployment guide's curl, and others who leave out what they did not think of. They are answered (the old server
//! never looked at `jsonrpc`, `id` or `Accept`), and with their own id: an answer without it is waited for without end.

use serde_json::{Value, json};

use crate::support::TestApp;

async fn answered(body: Value) -> Value {
    let answer = TestApp::start().await.curl(&body).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

#[tokio::test]
async fn the_guide_s_request_is_answered_without_an_id() {
    let body = answered(json!({"method": "tools/list"})).await;
    assert_eq!(body["jsonrpc"], "2.0");
    assert_eq!(body["result"]["tools"][0]["name"], "echo");
    assert!(body.get("id").is_none(), "{body}");
}

#[tokio::test]
async fn the_guide_s_call_is_answered_with_text_that_is_json() {
    let params = json!({"name": "echo", "arguments": {"text": "hello"}});
    let body = answered(json!({"method": "tools/call", "params": params})).await;
    let text = body["result"]["content"][0]["text"].as_str().expect("text");
    let inner: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(inner["text"], "hello");
}

#[tokio::test]
async fn a_text_or_a_number_comes_back_as_the_id_it_was() {
    let app = TestApp::start().await;
    for id in [
        json!(0),
        json!(-1),
        json!("a"),
        json!(""),
        json!(1.5),
        json!(u64::MAX),
        json!(i64::MIN),
        json!("\u{0}\u{1f980}"),
    ] {
        let answer = app.curl(&json!({"id": id, "method": "ping"})).send().await;
        assert_eq!(answer.json()["id"], id, "{}", answer.text());
        assert_eq!(answer.result(), json!({}), "{id}");
    }
}

#[tokio::test]
async fn an_odd_id_comes_back_in_an_error_too() {
    let app = TestApp::start().await;
    for id in [json!(1.5), json!(u64::MAX), json!("x")] {
        let answer = app
            .curl(&json!({"id": id, "method": "no/such"}))
            .send()
            .await;
        assert_eq!(answer.fault(), (200, -32601));
        assert_eq!(answer.json()["id"], id);
    }
}

#[tokio::test]
async fn another_version_of_json_rpc_is_answered_in_ours() {
    for version in [json!("1.0"), json!(null), json!(2), json!({})] {
        let body = answered(json!({"jsonrpc": version, "id": 1, "method": "ping"})).await;
        assert_eq!(body, json!({"jsonrpc": "2.0", "id": 1, "result": {}}));
    }
}

#[tokio::test]
async fn null_params_are_no_params() {
    let body = answered(json!({"id": 1, "method": "tools/list", "params": null})).await;
    assert!(body["result"]["tools"].is_array(), "{body}");
}

#[tokio::test]
async fn null_arguments_are_no_arguments() {
    let params = json!({"name": "nothing", "arguments": null});
    let body = answered(json!({"id": 1, "method": "tools/call", "params": params})).await;
    assert_eq!(body["result"]["content"][0]["text"], "nothing");
}

#[tokio::test]
async fn absent_arguments_are_no_arguments() {
    let params = json!({"name": "nothing"});
    let body = answered(json!({"id": 1, "method": "tools/call", "params": params})).await;
    assert_eq!(body["result"]["content"][0]["text"], "nothing");
}

#[tokio::test]
async fn members_nobody_knows_are_passed_over() {
    let body = answered(json!({"id": 1, "method": "ping", "auth": "x", "session": {}})).await;
    assert_eq!(body["result"], json!({}));
}

#[tokio::test]
async fn a_foreign_meta_is_tolerated() {
    let params = json!({"name": "nothing", "_meta": {"AWS_REGION": "us-east-2"}});
    let body = answered(json!({"id": 1, "method": "tools/call", "params": params})).await;
    assert_eq!(body["result"]["content"][0]["text"], "nothing");
}

#[tokio::test]
async fn a_byte_order_mark_is_passed_over() {
    let app = TestApp::start().await;
    let answer = app
        .post("/rpc", "\u{feff}{\"id\":1,\"method\":\"ping\"}")
        .send()
        .await;
    assert_eq!(answer.result(), json!({}));
}

#[tokio::test]
async fn every_alias_is_the_same_door() {
    let app = TestApp::start().await;
    for path in ["/", "/rpc", "/mcp", "/api/v1/mcp"] {
        let request = app.curl(&json!({"id": 5, "method": "ping"})).to(path);
        assert_eq!(
            request.send().await.json(),
            json!({"jsonrpc": "2.0", "id": 5, "result": {}}),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_notification_gets_202_and_nothing_else() {
    let app = TestApp::start().await;
    for method in [
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/no-such",
    ] {
        let params = json!({"requestId": 1});
        let answer = app
            .curl(&json!({"method": method, "params": params}))
            .send()
            .await;
        assert_eq!(
            (answer.status, answer.text()),
            (202, String::new()),
            "{method}"
        );
    }
}

#[tokio::test]
async fn what_has_an_id_is_never_answered_with_202() {
    let body = answered(json!({"id": 3, "method": "notifications/initialized"})).await;
    assert_eq!(body["id"], 3);
    assert!(body["error"]["code"].is_i64(), "{body}");
}
