//! What those can do to a server who have no token: little, and nothing to others.

use std::time::Instant;

use http::Method;

use crate::support::{Log, Raw, TOKEN, TestApp};

const LIVE: &str = "GET /health?live HTTP/1.1\r\nhost: localhost\r\n\r\n";
const REFUSED: &str = "GET /tools HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn however_many_stay_the_next_is_answered() {
    let app = TestApp::guarded().await;
    let mut strangers = Vec::new();
    for _ in 0..250 {
        let mut stranger = app.raw().await;
        stranger.write(LIVE).await;
        strangers.push(stranger);
    }
    let started = Instant::now();
    assert_eq!(app.get("/health?live").send().await.status, 200);
    let caller = app
        .get("/tools")
        .header("authorization", &format!("Bearer {TOKEN}"));
    assert_eq!(caller.send().await.status, 200);
    assert!(started.elapsed().as_secs() < 5);
    let oldest = strangers.swap_remove(0);
    let read = oldest.read_to_end().await;
    assert!(
        read.is_empty() || read.starts_with("HTTP/1.1 200"),
        "{read}"
    );
}

#[tokio::test]
async fn a_connection_that_is_refused_again_and_again_is_closed() {
    let app = TestApp::guarded().await;
    let mut stranger: Raw = app.raw().await;
    stranger.write(REFUSED.repeat(30)).await;
    let answers = stranger.read_to_end().await;
    assert_eq!(answers.matches("HTTP/1.1 401").count(), 10, "{answers}");
    assert_eq!(answers.matches("connection: close").count(), 1, "{answers}");
}

#[tokio::test]
async fn refusals_beyond_the_first_of_a_minute_have_no_line_each() {
    let log = Log::capture();
    let app = TestApp::guarded().await;
    for _ in 0..50 {
        assert_eq!(app.get("/tools").send().await.status, 401);
    }
    assert_eq!(log.requests().len(), 10);
}

#[tokio::test]
async fn what_strangers_may_ask_for_fills_the_log_no_more_than_what_is_refused_to_them() {
    const PREFLIGHT: &str = "OPTIONS /rpc HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let log = Log::capture();
    let app = TestApp::guarded().await;
    for (request, lines) in [(LIVE, 10), (PREFLIGHT, 10), (REFUSED, 20)] {
        let mut stranger = app.raw().await;
        let last = request.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
        stranger.write(request.repeat(49) + &last).await;
        stranger.read_to_end().await;
        assert_eq!(log.requests().len(), lines, "{request}");
    }
}

#[tokio::test]
async fn who_comes_from_elsewhere_again_and_again_is_cut_off_and_leaves_few_lines() {
    let log = Log::capture();
    let app = TestApp::guarded().await;
    for wrong in [
        "host: evil.example",
        "host: localhost\r\norigin: https://evil.example",
    ] {
        let mut stranger = app.raw().await;
        let request = format!("GET /tools HTTP/1.1\r\n{wrong}\r\n\r\n");
        stranger.write(request.repeat(30)).await;
        let answers = stranger.read_to_end().await;
        assert_eq!(answers.matches("HTTP/1.1 403").count(), 10, "{answers}");
        assert_eq!(answers.matches("connection: close").count(), 1, "{answers}");
    }
    let lines = log.requests();
    assert_eq!(lines.len(), 10);
    assert_eq!(lines[0]["failure"], "forbidden");
}

#[tokio::test]
async fn what_is_refused_at_the_door_is_not_counted_among_the_requests() {
    let app = TestApp::guarded().await;
    for (method, path) in [
        (Method::GET, "/tools"),
        (Method::POST, "/tools/echo"),
        (Method::POST, "/rpc"),
    ] {
        let refused = app.request(method, path).body("{}").send().await;
        assert_eq!(refused.status, 401, "{path}");
    }
    let unsigned = app.post("/webhooks/elevenlabs", "{}").send().await;
    assert_eq!(unsigned.status, 401);
    let metrics = app
        .get("/metrics")
        .header("authorization", &format!("Bearer {TOKEN}"));
    let metrics = metrics.send().await.json();
    assert_eq!(metrics["totalRequests"], 0, "{metrics}");
}
