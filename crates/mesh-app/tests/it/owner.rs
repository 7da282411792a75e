//! A session, and the address of a stream, are worth nothing in another caller's hands.

use axum::Router;
use axum::body::{Body, HttpBody as _};
use http::{Method, Response, StatusCode};
use http_body_util::BodyExt as _;
use mesh_app::edge::Edge;
use mesh_core::{Caller, KeyId};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{CATALOG, build};

async fn send(
    router: &Router,
    key: &str,
    method: Method,
    path: &str,
    session: Option<&str>,
    body: &Value,
) -> Response<Body> {
    let mut request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost")
        .header("accept", "application/json, text/event-stream")
        .header("content-type", "application/json")
        .extension(Edge {
            request_id: "r1".into(),
            caller: Some(Caller::Key(KeyId::new(key))),
            deadline: None,
        });
    if let Some(session) = session {
        request = request.header("mcp-session-id", session);
    }
    let body = match body {
        Value::Null => Body::empty(),
        body => Body::from(body.to_string()),
    };
    let answer = router
        .clone()
        .oneshot(request.body(body).expect("a request"));
    answer.await.expect("infallible")
}

async fn text(response: Response<Body>) -> String {
    let body = response.into_body().collect().await.expect("a whole body");
    String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8")
}

fn ping() -> Value {
    json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call",
           "params": {"name": "echo", "arguments": {"text": "hello"}}})
}

#[tokio::test]
async fn a_session_is_known_to_its_own_caller_alone() {
    let router = mesh_app::router(build(&[], CATALOG));
    let opening = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"},
    }});
    let opened = send(&router, "ada", Method::POST, "/rpc", None, &opening).await;
    let session = opened.headers()["mcp-session-id"].to_str().expect("text");
    let session = session.to_owned();
    let status = async |key: &str, method: Method, id: &str, body: &Value| {
        let answer = send(&router, key, method, "/rpc", Some(id), body).await;
        answer.status()
    };
    assert_eq!(
        status("ada", Method::POST, &session, &ping()).await,
        StatusCode::OK
    );
    for method in [Method::POST, Method::GET, Method::DELETE] {
        let body = match method {
            Method::POST => ping(),
            _ => Value::Null,
        };
        let of_another = send(
            &router,
            "eve",
            method.clone(),
            "/rpc",
            Some(&session),
            &body,
        )
        .await;
        let of_nobody = send(&router, "eve", method.clone(), "/rpc", Some("none"), &body).await;
        assert_eq!(of_another.status(), StatusCode::NOT_FOUND, "{method}");
        assert_eq!(of_nobody.status(), StatusCode::NOT_FOUND, "{method}");
        assert_eq!(text(of_another).await, text(of_nobody).await, "{method}");
    }
    assert_eq!(
        status("ada", Method::POST, &session, &ping()).await,
        StatusCode::OK,
        "another's DELETE ended nothing"
    );
}

#[tokio::test]
async fn one_caller_takes_a_tenth_of_the_sessions_and_streams() {
    let router = mesh_app::router(build(&[], CATALOG));
    let opening = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"},
    }});
    let opens = async |key: &str| {
        let answer = send(&router, key, Method::POST, "/rpc", None, &opening).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.headers().contains_key("mcp-session-id")
    };
    for nth in 0..100 {
        assert!(opens("ada").await, "{nth}");
    }
    assert!(!opens("ada").await, "without a session from here on");
    assert!(opens("eve").await);
    let mut streams = Vec::new();
    for nth in 0..52 {
        let key = if nth == 51 { "eve" } else { "ada" };
        let stream = send(&router, key, Method::GET, "/sse", None, &Value::Null).await;
        let expected = if nth == 50 { 503 } else { 200 };
        assert_eq!(stream.status(), expected, "{nth}");
        streams.push(stream);
    }
    streams.remove(0);
    let again = send(&router, "ada", Method::GET, "/sse", None, &Value::Null).await;
    assert_eq!(again.status(), 200, "one was closed");
}

#[tokio::test]
async fn a_stream_takes_messages_of_its_own_caller_alone() {
    let router = mesh_app::router(build(&[], CATALOG));
    let stream = send(&router, "ada", Method::GET, "/sse", None, &Value::Null).await;
    let mut stream = stream.into_body();
    assert!(!stream.is_end_stream());
    let first = stream.frame().await.expect("an event").expect("a frame");
    let first = first.into_data().expect("data");
    let first = std::str::from_utf8(&first).expect("UTF-8");
    let (_, address) = first.split_once("data: ").expect("an address");
    let address = address.trim();
    for (key, status) in [
        ("eve", StatusCode::NOT_FOUND),
        ("ada", StatusCode::ACCEPTED),
    ] {
        let sent = send(&router, key, Method::POST, address, None, &ping()).await;
        assert_eq!(sent.status(), status, "{key}");
    }
}
