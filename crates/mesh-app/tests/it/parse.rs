//! Bodies that are no JSON, or no message: JSON-RPC's own codes in a JSON-RPC body, and nothing of the body in the answer.

use serde_json::json;

use crate::support::{Answer, Log, TestApp};

async fn post(body: impl Into<bytes::Bytes>) -> Answer {
    TestApp::start().await.post("/rpc", body).send().await
}

#[tokio::test]
async fn what_is_not_json_is_a_parse_error_without_an_id() {
    for body in [
        "{",
        "nonsense",
        "{\"id\":1,}",
        "{'id':1}",
        "\u{1}",
        "{\"id\":1} {\"id\":2}",
    ] {
        let answer = post(body).await;
        assert_eq!(answer.fault(), (400, -32700), "{body}");
        assert_eq!(answer.json()["id"], json!(null), "{body}");
        assert_eq!(answer.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_are_a_parse_error() {
    let body = b"{\"id\":1,\"method\":\"ping\",\"x\":\"\xff\xfe\"}";
    assert_eq!(post(&body[..]).await.fault(), (400, -32700));
    let utf_16: Vec<u8> = "{\"id\":1,\"method\":\"ping\"}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(post(utf_16).await.fault(), (400, -32700));
}

#[tokio::test]
async fn half_a_surrogate_pair_is_a_replacement_character_on_every_path() {
    let app = TestApp::with(&[("MESH_SESSIONS", "off")]).await;
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"a\ud800"}}}"#;
    for request in [
        app.post("/rpc", body),
        app.post("/rpc", body).header("mcp-session-id", "gone"),
    ] {
        let result = request.send().await.result();
        assert_eq!(result["structuredContent"]["text"], "a\u{fffd}");
    }
    let result = app
        .post("/tools/echo", r#"{"text":"a\ud800"}"#)
        .send()
        .await;
    assert_eq!(result.json()["structuredContent"]["text"], "a\u{fffd}");
}

#[tokio::test]
async fn a_byte_order_mark_is_passed_over_on_every_path() {
    let app = TestApp::start().await;
    for method in ["ping", "tools/list", "initialize"] {
        let params = r#"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"a","version":"1"}}"#;
        let body = format!(
            "\u{feff}{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{params}}}"
        );
        assert!(
            app.post("/rpc", body).send().await.result().is_object(),
            "{method}"
        );
    }
    let answer = app
        .post("/tools/echo", "\u{feff}{\"text\":\"a\"}")
        .send()
        .await;
    assert_eq!(answer.json()["structuredContent"]["text"], "a");
}

#[tokio::test]
async fn json_that_is_no_message_is_an_invalid_request() {
    for body in [
        "1",
        "\"x\"",
        "null",
        "true",
        "{}",
        "{\"id\":1}",
        "{\"method\":5}",
    ] {
        assert_eq!(post(body).await.fault(), (400, -32600), "{body}");
    }
}

#[tokio::test]
async fn an_invalid_request_is_refused_with_its_own_id() {
    let answer = post(r#"{"jsonrpc":"2.0","id":"mine","method":["x"]}"#).await;
    assert_eq!(answer.json()["id"], "mine");
}

#[tokio::test]
async fn an_empty_body_is_a_parse_error_that_says_what_is_missing() {
    for body in ["", " \n\t", "\u{feff}"] {
        let answer = post(body).await;
        assert_eq!(answer.fault(), (400, -32700));
        let body = answer.json();
        let message = body["error"]["message"].as_str().expect("a message");
        assert!(message.contains("the body is empty"), "{message}");
    }
}

#[tokio::test]
async fn an_id_that_is_neither_text_nor_a_number_is_refused_without_one() {
    let app = TestApp::start().await;
    for id in ["null", "true", "{\"a\":1}", "[1]"] {
        for method in ["ping", "tools/list", "no/such", "notifications/cancelled"] {
            let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}"}}"#);
            let answer = app.post("/rpc", body).send().await;
            assert_eq!(answer.fault(), (400, -32600), "{id} {method}");
            assert_eq!(answer.json()["id"], json!(null), "{id}");
        }
    }
}

#[tokio::test]
async fn nesting_without_end_is_a_parse_error() {
    let open = "[".repeat(100_000);
    assert_eq!(post(open).await.fault(), (400, -32700));
    let closed = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(post(closed).await.fault(), (400, -32700));
    let objects = "{\"a\":".repeat(100_000);
    assert_eq!(post(objects).await.fault(), (400, -32700));
}

#[tokio::test]
async fn a_huge_array_is_refused_as_a_batch_too_long() {
    let body = format!("[{}]", vec!["1"; 300_000].join(","));
    assert_eq!(post(body).await.fault(), (400, -32600));
}

#[tokio::test]
async fn a_huge_array_inside_the_arguments_is_an_answer_like_any() {
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"echo","arguments":{{"text":"a","more":[{}]}}}}}}"#,
        vec!["1"; 300_000].join(",")
    );
    assert_eq!(post(body).await.result()["structuredContent"]["text"], "a");
}

#[tokio::test]
async fn a_member_of_the_frame_given_twice_is_refused() {
    for body in [
        r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":2,"method":"x","method":"ping"}"#,
    ] {
        let answer = post(body).await;
        assert_eq!(answer.fault(), (400, -32600), "{body}");
        assert_eq!(answer.json()["id"], 2, "{body}");
    }
}

#[tokio::test]
async fn a_member_given_twice_is_refused_on_every_path() {
    let app = TestApp::start().await;
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}"#;
    let call = r#"{"id":1,"method":"tools/call","params":{"name":"nothing","name":"echo","arguments":{"text":"a"}}}"#;
    for body in [list, call, &format!("[{list}]"), &format!("[{call}]")] {
        for request in [
            app.post("/rpc", body.to_owned()),
            app.post("/rpc", body.to_owned())
                .header("mcp-session-id", "gone"),
        ] {
            assert_eq!(request.send().await.fault(), (400, -32600), "{body}");
        }
    }
    let answer = app
        .post("/tools/echo", r#"{"text":"a","text":"b"}"#)
        .send()
        .await;
    assert_eq!(
        (answer.status, &answer.json()["tool"]),
        (400, &json!("echo"))
    );
}

#[tokio::test]
async fn numbers_beyond_all_bounds_are_no_fault_of_the_server() {
    for body in [
        r#"{"id":1e400,"method":"ping"}"#,
        r#"{"id":123456789012345678901234567890,"method":"ping"}"#,
        r#"{"id":-0.0,"method":"ping"}"#,
    ] {
        let answer = post(body).await;
        assert!(
            [200, 400].contains(&answer.status),
            "{body}: {}",
            answer.text()
        );
        assert_eq!(answer.json()["jsonrpc"], "2.0");
    }
}

#[tokio::test]
async fn nothing_of_a_refused_body_is_answered_or_logged() {
    let log = Log::capture();
    for body in [
        "{\"hush-hush",
        "\"hush-hush\"",
        "{\"method\":{\"hush-hush\":1}}",
        "{\"id\":1,\"method\":\"tools/call\",\"params\":\"hush-hush\"}",
    ] {
        let answer = post(body).await;
        assert!(!answer.text().contains("hush-hush"), "{}", answer.text());
    }
    assert_eq!(log.requests().len(), 4);
    assert!(!log.text().contains("hush-hush"), "{}", log.text());
}
