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
async fn a_lone_surrogate_is_a_parse_error() {
    let body = r#"{"id":1,"method":"ping","x":"\ud800"}"#;
    assert_eq!(post(body).await.fault(), (400, -32700));
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
async fn an_empty_body_is_told_that_one_is_required() {
    for body in ["", " \n\t"] {
        let answer = post(body).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["error"], "Request body required");
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
