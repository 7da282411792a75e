//! What an operator sees: health, counters and request ids.

use serde_json::json;

use crate::support::{Answer, Corpus, TestApp, gateway};

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
    for (name, service) in services {
        let vendors = ["openai", "supabase", "vectorStore"];
        match vendors.contains(&name.as_str()) {
            true => assert!(
                service["status"].is_null() && service["note"].is_string(),
                "{body}"
            ),
            false => assert!(service["status"].is_boolean(), "{body}"),
        }
        assert!(service["latency"].is_number(), "{body}");
    }
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

#[tokio::test]
async fn health_is_200_without_a_corpus_where_other_servers_are_all_there_is() {
    let (app, _file) = gateway(&[], json!({})).await;
    let answer = app.get("/health").send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
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
    for accept in [
        "",
        "*/*",
        "application/json",
        "text/html",
        "application/json, text/plain, */*",
    ] {
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
