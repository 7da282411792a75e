//! What an operator sees: health, counters, request ids, and the log.

use serde_json::{Value, json};

use crate::support::{Answer, Corpus, Log, TOKEN, TestApp};

#[tokio::test]
async fn health_is_200_where_everything_works() {
    let corpus = Corpus::of("Uploads are limited to four megabytes.");
    let app = TestApp::with(&[("MESH_CORPUS", corpus.path().to_str().expect("UTF-8"))]).await;
    let answer = app.get("/health").send().await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (200, &json!("healthy"))
    );
}

#[tokio::test]
async fn health_has_the_contract_s_members() {
    let corpus = Corpus::of("Uploads are limited to four megabytes.");
    let app = TestApp::with(&[("MESH_CORPUS", corpus.path().to_str().expect("UTF-8"))]).await;
    let body = app.get("/health").send().await.json();
    let services = body["services"].as_object().expect("services");
    assert!(
        services
            .values()
            .all(|service| service["status"].is_boolean() && service["latency"].is_number()),
        "{body}"
    );
    for counter in [
        "uptime",
        "totalRequests",
        "successfulRequests",
        "failedRequests",
        "averageResponseTime",
    ] {
        assert!(body["metrics"][counter].is_number(), "{counter}: {body}");
    }
    assert_eq!(body["metrics"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(body["timestamp"].is_string());
}

#[tokio::test]
async fn health_is_503_without_a_corpus_and_liveness_is_not() {
    let app = TestApp::start().await;
    let answer = app.get("/health").send().await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_ne!(answer.json()["status"], "healthy");
    let live = app.get("/health?live").send().await;
    assert_eq!((live.status, &live.json()["status"]), (200, &json!("ok")));
}

async fn counted() -> TestApp {
    let app = TestApp::start().await;
    app.call("echo", json!({"text": "a"})).send().await;
    app.call("echo", json!({})).send().await;
    app.post("/tools/nothing", "{}").send().await;
    app
}

#[tokio::test]
async fn calls_are_counted_by_tool_and_outcome() {
    let report = counted().await.get("/metrics").send().await.json();
    let counts =
        ["totalRequests", "successfulRequests", "failedRequests"].map(|name| report[name].clone());
    assert_eq!(counts, [3, 2, 1]);
    assert_eq!(
        (
            &report["tools"]["echo"]["calls"],
            &report["tools"]["echo"]["failures"]
        ),
        (&json!(2), &json!(1))
    );
    assert_eq!(report["tools"]["nothing"]["calls"], 1);
    assert!(report["lastRequestTime"].is_string(), "{report}");
}

fn check_prometheus(answer: &Answer) {
    assert!(
        answer
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    for line in [
        "aoma_mesh_http_requests_total 3",
        "aoma_mesh_http_requests_failure_total 1",
        "aoma_mesh_tool_calls_total{tool_name=\"echo\",status=\"success\"} 1",
        "aoma_mesh_tool_calls_total{tool_name=\"echo\",status=\"failure\"} 1",
        "aoma_mesh_tool_call_duration_seconds_count{tool_name=\"nothing\"} 1",
    ] {
        assert!(
            answer.text().lines().any(|found| found == line),
            "{line}\n{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn prometheus_is_served_by_wish_and_by_address() {
    let app = counted().await;
    check_prometheus(&app.get("/metrics/prometheus").send().await);
    for accept in [
        "text/plain",
        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    ] {
        check_prometheus(&app.get("/metrics").header("accept", accept).send().await);
    }
}

#[tokio::test]
async fn json_is_served_to_everyone_else() {
    let app = TestApp::start().await;
    for accept in ["", "*/*", "application/json", "text/html"] {
        let answer = app.get("/metrics").header("accept", accept).send().await;
        assert_eq!(
            answer.header("content-type"),
            "application/json",
            "{accept}"
        );
    }
}

#[tokio::test]
async fn looking_is_not_counted() {
    let app = TestApp::start().await;
    for path in ["/metrics", "/health", "/tools", "/"] {
        app.get(path).send().await;
    }
    assert_eq!(app.get("/metrics").send().await.json()["totalRequests"], 0);
}

#[tokio::test]
async fn a_request_s_own_id_comes_back() {
    let app = TestApp::start().await;
    for id in ["a", "4bf92f35-77b3.4da6_a3ce", &"x".repeat(64)] {
        let answer = app.get("/tools").header("x-request-id", id).send().await;
        assert_eq!(answer.header("x-request-id"), id);
    }
}

#[tokio::test]
async fn an_id_unfit_for_a_log_is_replaced() {
    let app = TestApp::start().await;
    for id in ["", "a b", "a\"b", "{}", "é", &"x".repeat(65)] {
        let answer = app.get("/tools").header("x-request-id", id).send().await;
        let made = answer.header("x-request-id");
        assert!(
            made.len() == 16 && made.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{id}: {made}"
        );
    }
}

#[tokio::test]
async fn refusals_have_an_id_too() {
    let app = TestApp::guarded().await;
    for request in [
        app.get("/tools"),
        app.get("/no-such"),
        app.get("/tools").header("host", "evil.example"),
        app.get("/tools").header("origin", "https://evil.example"),
    ] {
        let answer = request.send().await;
        assert_eq!(answer.header("x-request-id").len(), 16, "{}", answer.status);
    }
}

async fn logged(tool: &str, arguments: Value) -> (Log, Value) {
    let log = Log::capture();
    let app = TestApp::start().await;
    let call = app
        .call(tool, arguments)
        .without("accept")
        .to("/rpc?question=hush-query");
    call.header("x-request-id", "mine")
        .header("x-other", "hush-header")
        .send()
        .await;
    let lines = log.requests();
    assert_eq!(lines.len(), 1, "{lines:?}");
    (log, lines[0].clone())
}

#[tokio::test]
async fn a_request_s_line_has_these_fields() {
    let (_log, mut line) = logged("echo", json!({"text": "hello"})).await;
    let duration = line["duration_us"].take();
    assert!(duration.as_u64() > Some(0), "{duration}");
    assert_eq!(
        line,
        json!({
            "message": "request",
            "request_id": "mine",
            "caller": "local",
            "method": "POST",
            "path": "/rpc",
            "status": 200,
            "tool": "echo",
            "outcome": "success",
            "duration_us": null,
        })
    );
}

#[tokio::test]
async fn a_failure_s_line_says_which() {
    for (tool, failure) in [
        ("echo", "invalid_arguments"),
        ("stall", "deadline_exceeded"),
        ("crash", "internal"),
        ("no-such", "unknown_tool"),
    ] {
        let (_log, line) = logged(tool, json!({})).await;
        assert_eq!(
            (&line["outcome"], &line["failure"]),
            (&json!("failure"), &json!(failure)),
            "{line}"
        );
    }
}

#[tokio::test]
async fn no_argument_header_query_or_answer_is_logged() {
    let (log, _line) = logged("echo", json!({"text": "hush-argument", "hush-name": 1})).await;
    assert!(!log.text().contains("hush-"), "{}", log.text());
}

#[tokio::test]
async fn no_argument_or_token_is_logged_in_a_session_either() {
    let log = Log::capture();
    let app = TestApp::guarded().await;
    let bearer = format!("Bearer {TOKEN}");
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "hush-client", "version": "1"}});
    let opened = app
        .legacy("initialize", params)
        .without("mcp-protocol-version")
        .header("authorization", &bearer)
        .send()
        .await;
    let id = opened.header("mcp-session-id").to_owned();
    let call = app
        .call("echo", json!({"text": "hush-argument"}))
        .header("mcp-session-id", &id);
    let answer = call.header("authorization", &bearer).send().await;
    assert!(answer.text().contains("hush-argument"));
    for secret in ["hush-argument", TOKEN, &id] {
        assert!(!log.text().contains(secret), "{secret}\n{}", log.text());
    }
}

#[tokio::test]
async fn a_stream_s_line_is_written_at_its_end() {
    let log = Log::capture();
    let app = TestApp::start().await;
    let params = json!({"name": "report", "_meta": {"progressToken": 1}});
    app.legacy("tools/call", params)
        .stream()
        .await
        .messages()
        .await;
    let lines = log.requests();
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (&lines[0]["tool"], &lines[0]["outcome"]),
        (&json!("report"), &json!("success"))
    );
}

#[tokio::test]
async fn a_very_long_path_is_cut_in_the_log() {
    let log = Log::capture();
    TestApp::start()
        .await
        .get(&format!("/{}", "a".repeat(5000)))
        .send()
        .await;
    let path = log.requests()[0]["path"].as_str().map(str::len);
    assert_eq!(path, Some(100));
}
