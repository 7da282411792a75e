//! What those can do to a server who have no token: little, and nothing to others.

use std::time::Instant;

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
