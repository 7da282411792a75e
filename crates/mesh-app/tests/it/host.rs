//! `Host` against DNS rebinding, where a page has a name of its own point at us.

use serde_json::json;

use crate::support::{Request, TestApp};

fn ping(app: &TestApp) -> Request {
    app.curl(&json!({"id": 1, "method": "ping"}))
}

async fn status_at(app: &TestApp, host: &str) -> u16 {
    ping(app).header("host", host).send().await.status
}

#[tokio::test]
async fn loopback_answers_to_its_names_with_and_without_a_port() {
    let app = TestApp::start().await;
    for host in [
        "localhost",
        "LOCALHOST:3000",
        "127.0.0.1",
        "127.0.0.1:9",
        "[::1]",
        "[::1]:3000",
    ] {
        assert_eq!(status_at(&app, host).await, 200, "{host}");
    }
}

#[tokio::test]
async fn a_name_that_was_bound_anew_is_refused() {
    let app = TestApp::start().await;
    for host in [
        "evil.example",
        "evil.example:3000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.localhost",
        "localhost:",
        "localhost:80:80",
        "localhost@evil.example",
        "[::1].evil.example",
        "",
        "0.0.0.0",
    ] {
        assert_eq!(status_at(&app, host).await, 403, "{host}");
    }
}

#[tokio::test]
async fn a_request_without_a_host_is_refused() {
    let app = TestApp::start().await;
    assert_eq!(ping(&app).without("host").send().await.status, 403);
}

#[tokio::test]
async fn a_whole_address_in_the_request_line_does_not_go_round_the_host() {
    let app = TestApp::start().await;
    let mut raw = app.raw().await;
    raw.write("GET http://localhost/health?live HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        .await;
    let answer = raw.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

#[tokio::test]
async fn two_hosts_are_refused_where_either_is_a_stranger_s() {
    let app = TestApp::start().await;
    let mut raw = app.raw().await;
    raw.write("GET /health?live HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        .await;
    let answer = raw.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 40"), "{answer}");
}

#[tokio::test]
async fn named_hosts_take_the_place_of_loopback_s() {
    let app = TestApp::with(&[("MESH_ALLOWED_HOSTS", "mesh.example.com")]).await;
    assert_eq!(status_at(&app, "Mesh.Example.com:443").await, 200);
    assert_eq!(status_at(&app, "localhost").await, 403);
}
