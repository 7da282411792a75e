//! MCP, basic/transports, Security Warning: a server MUST validate `Origin`, and answer 403 where it is invalid.

use http::Method;
use serde_json::json;

use crate::support::{Request, TOKEN, TestApp};

fn ping(app: &TestApp) -> Request {
    app.curl(&json!({"id": 1, "method": "ping"}))
}

async fn status_from(app: &TestApp, origin: &str) -> u16 {
    ping(app).header("origin", origin).send().await.status
}

const SETTINGS: [(&str, &str); 1] = [("MESH_ALLOWED_ORIGINS", "https://app.example.com")];

#[tokio::test]
async fn a_program_sends_no_origin_and_is_let_in() {
    assert_eq!(ping(&TestApp::start().await).send().await.status, 200);
}

#[tokio::test]
async fn the_server_s_own_page_and_named_origins_are_let_in() {
    let app = TestApp::with(&SETTINGS).await;
    let own = format!("http://{}", app.address);
    for origin in [own.as_str(), "https://app.example.com"] {
        assert_eq!(status_from(&app, origin).await, 200, "{origin}");
    }
}

#[tokio::test]
async fn other_origins_are_refused_however_alike() {
    let app = TestApp::with(&SETTINGS).await;
    let own = app.address.to_string();
    for origin in [
        "https://evil.example",
        "null",
        "",
        "*",
        "https://app.example.com.evil.example",
        "https://evil-app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com/",
        "http://app.example.com",
        "https://app.example.com@evil.example",
        "https://app.example.com https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://localhost",
        &format!("https://{own}"),
        &format!("http://{own}.evil.example"),
        &format!("http://{own}0"),
        &format!("http://evil@{own}"),
    ] {
        assert_eq!(status_from(&app, origin).await, 403, "{origin}");
    }
}

#[tokio::test]
async fn a_refused_origin_gets_a_json_body_and_no_leave() {
    let app = TestApp::start().await;
    let answer = ping(&app)
        .header("origin", "https://evil.example")
        .send()
        .await;
    assert_eq!(answer.json()["error"], "forbidden");
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_refused_origin_reaches_no_route_at_all() {
    let app = TestApp::start().await;
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/health"),
        (Method::GET, "/health?live"),
        (Method::GET, "/metrics"),
        (Method::GET, "/sse"),
        (Method::OPTIONS, "/rpc"),
        (Method::POST, "/tools/echo"),
        (Method::GET, "/no-such"),
    ] {
        let request = app
            .request(method, path)
            .header("origin", "https://evil.example");
        assert_eq!(request.send().await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn two_origins_are_refused_where_either_is_a_stranger_s() {
    let app = TestApp::with(&SETTINGS).await;
    let mut raw = app.raw().await;
    raw.write(format!(
        "GET /health?live HTTP/1.1\r\nHost: {}\r\nOrigin: https://app.example.com\r\nOrigin: https://evil.example\r\n\
         Connection: close\r\n\r\n",
        app.address
    ))
    .await;
    let answer = raw.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

#[tokio::test]
async fn a_token_does_not_excuse_a_stranger_s_origin_or_name() {
    let app = TestApp::guarded().await;
    let request = || ping(&app).header("authorization", &format!("Bearer {TOKEN}"));
    assert_eq!(request().send().await.status, 200);
    assert_eq!(
        request()
            .header("origin", "https://evil.example")
            .send()
            .await
            .status,
        403
    );
    assert_eq!(
        request().header("host", "evil.example").send().await.status,
        403
    );
}

#[tokio::test]
async fn an_admitted_origin_is_named_once_and_never_as_a_star() {
    let app = TestApp::with(&SETTINGS).await;
    for request in [
        ping(&app),
        app.get("/health?live"),
        app.get("/tools"),
        app.get("/no-such"),
    ] {
        let answer = request
            .header("origin", "https://app.example.com")
            .send()
            .await;
        let named: Vec<_> = answer
            .headers
            .get_all("access-control-allow-origin")
            .iter()
            .collect();
        assert_eq!(named, ["https://app.example.com"]);
        assert_eq!(answer.header("vary").to_ascii_lowercase(), "origin");
    }
}

#[tokio::test]
async fn a_program_is_told_nothing_of_origins() {
    let answer = ping(&TestApp::start().await).send().await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_preflight_allows_what_a_client_sends() {
    let app = TestApp::with(&SETTINGS).await;
    let answer = app
        .request(Method::OPTIONS, "/rpc")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type, mcp-protocol-version,Mcp-Param-Region",
        )
        .send()
        .await;
    assert_eq!((answer.status, answer.text()), (200, String::new()));
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://app.example.com"
    );
    assert!(
        answer
            .header("access-control-allow-methods")
            .contains("POST")
    );
    for name in [
        "content-type",
        "authorization",
        "mcp-protocol-version",
        "mcp-method",
        "mcp-name",
        "mcp-session-id",
        "Mcp-Param-Region",
    ] {
        let allowed = answer.header("access-control-allow-headers");
        assert!(
            allowed.split(", ").any(|allowed| allowed == name),
            "{name}: {allowed}"
        );
    }
}

#[tokio::test]
async fn a_preflight_needs_no_token() {
    let app = TestApp::guarded().await;
    let answer = app.request(Method::OPTIONS, "/rpc").send().await;
    assert_eq!(answer.status, 200);
}
