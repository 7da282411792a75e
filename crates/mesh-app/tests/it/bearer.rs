//! With a token configured, every route but `/health?live` demands it.

use http::Method;
use serde_json::json;

use crate::support::{Log, TOKEN, TestApp};

#[tokio::test]
async fn no_route_but_liveness_opens_without_the_token() {
    let app = TestApp::guarded().await;
    for (method, path) in [
        (Method::GET, "/"),
        (Method::POST, "/"),
        (Method::POST, "/rpc"),
        (Method::GET, "/rpc"),
        (Method::DELETE, "/rpc"),
        (Method::POST, "/mcp"),
        (Method::POST, "/api/v1/mcp"),
        (Method::GET, "/health"),
        (Method::GET, "/health?alive"),
        (Method::GET, "/metrics"),
        (Method::GET, "/metrics?live"),
        (Method::GET, "/metrics/prometheus"),
        (Method::GET, "/tools"),
        (Method::GET, "/tools/echo"),
        (Method::POST, "/tools/echo?live"),
        (Method::GET, "/sse"),
        (Method::POST, "/messages?session_id=x"),
        (Method::GET, "/no-such"),
        (Method::PUT, "/rpc"),
    ] {
        let answer = app.request(method.clone(), path).send().await;
        assert_eq!(answer.status, 401, "{method} {path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{path}");
        assert_eq!(answer.json()["error"], "unauthorized", "{path}");
    }
}

#[tokio::test]
async fn liveness_needs_no_token_and_tells_nothing() {
    let app = TestApp::guarded().await;
    for path in [
        "/health?live",
        "/health?live=1",
        "/health/?live",
        "/health?x=1&live",
    ] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.json()["status"], "ok");
        assert!(answer.json().get("services").is_none());
    }
}

#[tokio::test]
async fn liveness_excuses_no_other_method() {
    let app = TestApp::guarded().await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let status = app
            .request(method.clone(), "/health?live")
            .send()
            .await
            .status;
        assert!([401, 405].contains(&status), "{method}: {status}");
    }
}

#[tokio::test]
async fn anything_but_the_token_is_refused() {
    let app = TestApp::guarded().await;
    let ping = json!({"id": 1, "method": "ping"});
    for header in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer wrong".to_owned(),
        format!("Basic {TOKEN}"),
        format!("Bearer {TOKEN}x"),
        format!("Bearer x{TOKEN}"),
        format!("Bearer {TOKEN},{TOKEN}"),
        format!("Bearer {}", &TOKEN[..TOKEN.len() - 1]),
        format!("Bearer {}", TOKEN.to_uppercase()),
    ] {
        let answer = app
            .curl(&ping)
            .header("authorization", &header)
            .send()
            .await;
        assert_eq!(answer.status, 401, "{header}");
        let challenge = "Bearer error=\"invalid_token\"";
        assert_eq!(answer.header("www-authenticate"), challenge);
        assert_eq!(answer.json()["error"], "unauthorized");
    }
}

#[tokio::test]
async fn the_token_is_taken_wherever_a_client_can_put_it_and_from_nowhere_else() {
    let app = TestApp::guarded().await;
    let ping = json!({"id": 1, "method": "ping"});
    for (name, value, status) in [
        ("authorization", TOKEN.to_owned(), 200),
        ("authorization", format!("bearer  {TOKEN}"), 200),
        ("x-api-key", TOKEN.to_owned(), 200),
        ("x-api-key", format!("Bearer {TOKEN}"), 401),
        ("proxy-authorization", format!("Bearer {TOKEN}"), 401),
        ("x-forwarded-authorization", format!("Bearer {TOKEN}"), 401),
        ("cookie", format!("authorization=Bearer {TOKEN}"), 401),
    ] {
        let answer = app.curl(&ping).header(name, &value).send().await;
        assert_eq!(answer.status, status, "{name}: {value}");
    }
    let both = app
        .curl(&ping)
        .header("authorization", &format!("Bearer {TOKEN}"));
    let both = both.header("x-api-key", TOKEN).send().await;
    assert_eq!(both.status, 401, "nobody could say which one counts");
}

#[tokio::test]
async fn the_token_opens_whatever_the_scheme_s_letters() {
    let app = TestApp::guarded().await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = app.curl(&json!({"id": 1, "method": "ping"}));
        let answer = request
            .header("authorization", &format!("{scheme} {TOKEN}"))
            .send()
            .await;
        assert_eq!(answer.result(), json!({}), "{scheme}");
    }
}

#[tokio::test]
async fn a_token_in_the_address_is_no_token() {
    let app = TestApp::guarded().await;
    let answer = app
        .get(&format!("/tools?access_token={TOKEN}&token={TOKEN}"))
        .send()
        .await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn no_token_right_or_wrong_is_logged() {
    let log = Log::capture();
    let app = TestApp::guarded().await;
    for token in [TOKEN, "another-t0ken"] {
        let request = app
            .get("/tools")
            .header("authorization", &format!("Bearer {token}"));
        request.send().await;
    }
    let text = log.text();
    assert!(
        !text.contains(TOKEN) && !text.contains("another-t0ken"),
        "{text}"
    );
}

#[tokio::test]
async fn the_log_tells_a_bearer_from_anyone() {
    let log = Log::capture();
    let app = TestApp::guarded().await;
    app.get("/health?live").send().await;
    let request = app
        .get("/tools")
        .header("authorization", &format!("Bearer {TOKEN}"));
    request.send().await;
    let callers: Vec<_> = log
        .requests()
        .iter()
        .map(|line| line["caller"].clone())
        .collect();
    assert_eq!(callers, [json!(null), json!("bearer")]);
}
