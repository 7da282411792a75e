//! Bodies too large, of a foreign kind, broken off, or slow: a bounded answer, never a 500, and nothing of them in the log.

use serde_json::json;

use crate::support::{Log, Raw, TestApp};

const SEVEN_MB: usize = 7 * 1024 * 1024;

fn large() -> Vec<u8> {
    format!(
        "{{\"id\":1,\"method\":\"ping\",\"x\":\"{}\"}}",
        "a".repeat(SEVEN_MB)
    )
    .into_bytes()
}

#[tokio::test]
async fn seven_megabytes_are_refused_in_json_rpc() {
    let app = TestApp::start().await;
    let answer = app.post("/rpc", large()).send().await;
    assert_eq!(answer.fault(), (413, -32600));
    assert!(answer.text().contains("4194304"), "{}", answer.text());
}

#[tokio::test]
async fn seven_megabytes_are_refused_on_every_door() {
    let app = TestApp::start().await;
    for path in ["/", "/mcp", "/api/v1/mcp", "/tools/echo"] {
        assert_eq!(app.post(path, large()).send().await.status, 413, "{path}");
    }
}

#[tokio::test]
async fn the_bound_is_the_configured_one() {
    let app = TestApp::with(&[("MESH_MAX_BODY_BYTES", "1024")]).await;
    let body = |length: usize| {
        let frame = "{\"id\":1,\"method\":\"ping\",\"x\":\"\"}".len();
        format!(
            "{{\"id\":1,\"method\":\"ping\",\"x\":\"{}\"}}",
            "a".repeat(length - frame)
        )
    };
    assert_eq!(app.post("/rpc", body(1024)).send().await.status, 200);
    assert_eq!(app.post("/rpc", body(1025)).send().await.status, 413);
}

#[tokio::test]
async fn a_packed_body_is_refused() {
    let app = TestApp::start().await;
    for coding in ["gzip", "br", "deflate", "identity, gzip"] {
        let request = app
            .curl(&json!({"method": "ping"}))
            .header("content-encoding", coding);
        assert_eq!(request.send().await.fault(), (415, -32600), "{coding}");
    }
}

#[tokio::test]
async fn a_type_that_cannot_be_json_is_refused() {
    let app = TestApp::start().await;
    for media_type in [
        "text/html",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/jsonfoo",
    ] {
        let request = app
            .curl(&json!({"method": "ping"}))
            .header("content-type", media_type);
        assert_eq!(request.send().await.fault(), (415, -32600), "{media_type}");
    }
}

#[tokio::test]
async fn json_by_any_of_its_names_is_taken() {
    let app = TestApp::start().await;
    for media_type in [
        "application/json",
        "APPLICATION/JSON;charset=UTF-8",
        "text/plain",
        "application/json-rpc+json",
    ] {
        let request = app
            .curl(&json!({"method": "ping"}))
            .header("content-type", media_type);
        assert_eq!(request.send().await.result(), json!({}), "{media_type}");
    }
    let untyped = app.curl(&json!({"method": "ping"})).without("content-type");
    assert_eq!(untyped.send().await.result(), json!({}));
}

fn head(app: &TestApp, rest: &str) -> String {
    format!(
        "POST /rpc HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{rest}\r\n\r\n",
        app.address
    )
}

/// Sends half of what was announced, and hangs up in that direction.
async fn break_off(app: &TestApp, half: String) -> String {
    let mut raw: Raw = app.raw().await;
    raw.write(half).await;
    raw.hang_up().await;
    raw.read_to_end().await
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_fault_of_the_server_and_not_logged() {
    let log = Log::capture();
    let app = TestApp::start().await;
    let chunked = head(&app, "Transfer-Encoding: chunked") + "20\r\n{\"method\":\"hush-hush";
    let counted = head(&app, "Content-Length: 500") + "{\"method\":\"hush-hush";
    for half in [chunked, counted] {
        let answer = break_off(&app, half).await;
        assert!(!answer.starts_with("HTTP/1.1 5"), "{answer}");
        assert!(!answer.contains("hush-hush"), "{answer}");
    }
    assert!(!log.text().contains("hush-hush"), "{}", log.text());
    let faults = log
        .requests()
        .iter()
        .filter(|line| line["status"].as_u64() >= Some(500))
        .count();
    assert_eq!(faults, 0);
    assert!(!log.text().contains("\"ERROR\""), "{}", log.text());
}

#[tokio::test]
async fn a_chunk_of_no_length_is_no_fault_of_the_server() {
    let app = TestApp::start().await;
    let bad = head(&app, "Transfer-Encoding: chunked") + "zz\r\n{}\r\n0\r\n\r\n";
    let answer = break_off(&app, bad).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
        "{answer}"
    );
}

#[tokio::test]
async fn two_lengths_that_differ_are_refused() {
    let app = TestApp::start().await;
    let twice = head(&app, "Content-Length: 2\r\nContent-Length: 30") + "{}";
    let answer = break_off(&app, twice).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn a_length_beside_chunks_does_not_split_the_request_in_two() {
    let app = TestApp::start().await;
    let both = head(&app, "Content-Length: 4\r\nTransfer-Encoding: chunked")
        .replace("Connection: close\r\n", "")
        + "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = break_off(&app, both).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_go_on() {
    let app = TestApp::start().await;
    let mut raw = app.raw().await;
    raw.write(head(&app, "Expect: 100-continue\r\nContent-Length: 24"))
        .await;
    raw.write("{\"id\":1,\"method\":\"ping\"}").await;
    let answer = raw.read_to_end().await;
    assert!(
        answer.contains("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"),
        "{answer}"
    );
}

#[tokio::test]
async fn huge_headers_are_refused_and_the_next_request_is_answered() {
    let app = TestApp::start().await;
    let mut raw = app.raw().await;
    raw.write(head(&app, &format!("X-Large: {}", "a".repeat(600_000))))
        .await;
    let answer = raw.read_to_end().await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    assert_eq!(app.get("/health?live").send().await.status, 200);
}

#[tokio::test]
async fn headers_that_trickle_are_cut_off() {
    let app = TestApp::start().await;
    let mut raw = app.raw().await;
    raw.write("POST /rpc HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        .await;
    let answer = raw.read_to_end().await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_body_that_trickles_is_answered_in_time() {
    let app = TestApp::start().await;
    let mut raw = app.raw().await;
    raw.write(head(&app, "Content-Length: 500") + "{").await;
    let answer = raw.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("\"jsonrpc\":\"2.0\""), "{answer}");
}

#[tokio::test]
async fn slow_clients_do_not_keep_others_waiting() {
    let app = TestApp::start().await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut raw = app.raw().await;
        raw.write("POST /rpc HTTP/1.1\r\n").await;
        slow.push(raw);
    }
    assert_eq!(app.get("/health?live").send().await.status, 200);
}

#[tokio::test]
async fn a_client_that_closes_its_half_after_the_request_gets_its_answer() {
    let app = TestApp::start().await;
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"stall"}}"#;
    for (request, told) in [
        (
            "GET /health?live HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
            "\"ok\"",
        ),
        (
            format!(
                "POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
            "0.25 s",
        ),
    ] {
        let mut raw = app.raw().await;
        raw.write(request).await;
        raw.hang_up().await;
        let answer = raw.read_to_end().await;
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains(told),
            "{answer}"
        );
    }
}
