//! Spellings of a path, methods, and paths that lead nowhere.

use http::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn every_spelling_of_a_path_is_the_path() {
    let app = TestApp::start().await;
    for path in [
        "/tools/echo",
        "/tools/echo/",
        "//tools//echo",
        "/tools/%65cho",
        "/%74ools/echo",
        "/tools/echo?x=1",
    ] {
        let answer = app.get(path).send().await;
        assert_eq!(
            (answer.status, &answer.json()["name"]),
            (200, &json!("echo")),
            "{path}"
        );
    }
    let ping = app.curl(&json!({"id": 1, "method": "ping"}));
    for path in ["/rpc/", "//rpc", "/%72pc", "/rpc?session=x", "//"] {
        assert_eq!(
            ping.clone().to(path).send().await.result(),
            json!({}),
            "{path}"
        );
    }
}

#[tokio::test]
async fn paths_that_only_look_alike_lead_nowhere() {
    let app = TestApp::start().await;
    for path in [
        "/RPC",
        "/rpc/x",
        "/tools/a%2Fb/c",
        "/tools%2Fecho",
        "/.",
        "/../rpc",
        "/rpc%00",
        "/rpc%20",
        "/%2e%2e/rpc",
        "/rpc;x",
    ] {
        assert_eq!(app.get(path).send().await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_told_the_routes() {
    let answer = TestApp::start().await.get("/no-such?secret=1").send().await;
    assert_eq!(answer.status, 404);
    let body = answer.json();
    assert_eq!(
        (&body["error"], &body["path"], &body["method"]),
        (&json!("Not found"), &json!("/no-such"), &json!("GET"))
    );
    let routes = body["routes"].as_array().expect("a list");
    for route in [
        "GET /health",
        "GET /mcp/{server}/tools, POST /mcp/{server}/tools/{tool}",
        "POST /webhooks/elevenlabs (signed messages alone)",
    ] {
        assert!(routes.contains(&json!(route)), "{route}: {body}");
    }
}

#[tokio::test]
async fn a_path_that_is_very_long_is_not_repeated_whole() {
    let path = format!("/{}", "a".repeat(5000));
    let answer = TestApp::start().await.get(&path).send().await;
    assert_eq!(answer.status, 404);
    assert!(answer.body.len() < 1000, "{}", answer.body.len());
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let app = TestApp::start().await;
    for (method, path, allowed) in [
        (Method::POST, "/health", "GET"),
        (Method::DELETE, "/tools", "GET"),
        (Method::PUT, "/tools/echo", "POST"),
        (Method::PATCH, "/", "POST"),
        (Method::POST, "/metrics", "GET"),
        (Method::PUT, "/rpc", "POST"),
        (Method::GET, "/rpc", "POST"),
        (Method::GET, "/messages", "POST"),
        (Method::POST, "/sse", "GET"),
    ] {
        let answer = app.request(method.clone(), path).send().await;
        assert_eq!(answer.status, 405, "{method} {path}");
        assert!(
            answer.header("allow").contains(allowed),
            "{method} {path}: {}",
            answer.header("allow")
        );
        assert_eq!(
            answer.json()["error"],
            "Method not allowed",
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_method_nobody_knows_is_405_as_well() {
    let app = TestApp::start().await;
    let method = Method::from_bytes(b"BREW").expect("a token");
    assert_eq!(app.request(method, "/health").send().await.status, 405);
}

#[tokio::test]
async fn head_is_get_without_its_body() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/health?live",
        "/metrics",
        "/metrics/prometheus",
        "/tools",
        "/tools/echo",
        "/no-such",
    ] {
        let get = app.get(path).send().await;
        let head = app.request(Method::HEAD, path).send().await;
        assert_eq!(
            (head.status, head.text()),
            (get.status, String::new()),
            "{path}"
        );
        assert_eq!(
            head.header("content-type"),
            get.header("content-type"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn options_is_answered_on_every_path() {
    let app = TestApp::start().await;
    for path in ["/", "/rpc", "/tools/echo", "/no-such"] {
        let answer = app.request(Method::OPTIONS, path).send().await;
        assert_eq!(
            (answer.status, answer.text()),
            (200, String::new()),
            "{path}"
        );
        assert!(answer.header("allow").contains("POST"), "{path}");
    }
}

#[tokio::test]
async fn the_root_is_a_descriptor_for_programs_and_a_page_for_people() {
    let app = TestApp::start().await;
    let descriptor = app.get("/").header("accept", "*/*").send().await;
    assert_eq!(descriptor.json()["name"], "aoma-mesh-mcp");
    assert_eq!(descriptor.json()["endpoints"]["rpc"], "/rpc");
    let page = app
        .get("/")
        .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
        .send()
        .await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(
        page.text().contains("<h1>AOMA Mesh</h1>"),
        "{}",
        page.text()
    );
}
