//! How calls end when they do not end by themselves: at their deadline, with their client, or with the server.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpStream;

use crate::support::{Calls, Request, TestApp, unique, within};

const PATIENT: [(&str, &str); 1] = [("MESH_BUDGET_MS", "600000")];

/// A stall's budget is a quarter of a second: this is far more, and far less than a request may take.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_call_past_its_tool_s_budget_is_a_result_that_names_it() {
    let app = TestApp::with(&PATIENT).await;
    let started = Instant::now();
    let (failed, text) = app
        .call("stall", json!({}))
        .without("accept")
        .send()
        .await
        .told();
    assert!(failed && text.contains("0.25 s"), "{text}");
    assert!(started.elapsed() < SOON);
}

#[tokio::test]
async fn a_call_past_the_request_s_budget_is_a_result_that_names_it() {
    let app = TestApp::with(&[("MESH_BUDGET_MS", "1000")]).await;
    let key = unique();
    let started = Instant::now();
    let (failed, text) = app
        .call("hold", json!({"key": key}))
        .without("accept")
        .send()
        .await
        .told();
    assert!(failed && text.contains("1 s"), "{text}");
    assert!(started.elapsed() < SOON);
    Calls::until(&key, "ended").await;
}

#[tokio::test]
async fn a_call_past_its_budget_is_504_on_the_plain_route() {
    let app = TestApp::with(&PATIENT).await;
    let answer = app.post("/tools/stall", "{}").send().await;
    assert_eq!(answer.status, 504);
    assert!(
        answer.json()["message"].to_string().contains("0.25 s"),
        "{}",
        answer.text()
    );
}

/// Sends, waits for the call to begin, and hangs up.
async fn leave(request: Request, key: &str) {
    let sending = tokio::spawn(request.send());
    Calls::until(key, "began").await;
    sending.abort();
    Calls::until(key, "ended").await;
}

#[tokio::test]
async fn a_call_ends_with_the_client_that_waits_for_json() {
    for sessions in ["on", "off"] {
        let app = TestApp::with(&[PATIENT[0], ("MESH_SESSIONS", sessions)]).await;
        let key = unique();
        let call = app.call("hold", json!({"key": key}));
        leave(call.without("accept"), &key).await;
    }
}

#[tokio::test]
async fn a_call_ends_with_the_client_that_may_take_a_stream() {
    let app = TestApp::with(&PATIENT).await;
    let key = unique();
    leave(app.call("hold", json!({"key": key})), &key).await;
}

#[tokio::test]
async fn a_call_of_the_newest_revision_ends_with_its_client() {
    let app = TestApp::with(&PATIENT).await;
    let key = unique();
    let call = app.modern(
        "tools/call",
        json!({"name": "hold", "arguments": {"key": key}}),
    );
    leave(call, &key).await;
}

#[tokio::test]
async fn a_call_in_a_batch_ends_with_its_client() {
    let app = TestApp::with(&PATIENT).await;
    let key = unique();
    let params = json!({"name": "hold", "arguments": {"key": key}});
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    leave(app.curl(&json!([call])), &key).await;
}

#[tokio::test]
async fn a_call_on_the_plain_route_ends_with_its_client() {
    let app = TestApp::with(&PATIENT).await;
    let key = unique();
    leave(
        app.post("/tools/hold", json!({"key": key}).to_string()),
        &key,
    )
    .await;
}

/// Stops the server, and returns when it takes no more connections.
async fn stop(app: &mut TestApp) {
    app.stop();
    within(async { while TcpStream::connect(app.address).await.is_ok() {} }).await;
}

async fn is_finished(request: impl FnOnce(&TestApp, &str) -> Request) {
    let mut app = TestApp::with(&PATIENT).await;
    let key = unique();
    let sending = tokio::spawn(request(&app, &key).send());
    Calls::until(&key, "began").await;
    stop(&mut app).await;
    Calls::note(&key, "released");
    let answer = within(sending).await.expect("no panic");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(
        answer.text().contains(&format!("{key} went on")),
        "{}",
        answer.text()
    );
    app.stopped().await;
}

#[tokio::test]
async fn a_stopping_server_finishes_a_plain_call() {
    is_finished(|app, key| app.post("/tools/hold", json!({"key": key}).to_string())).await;
}

#[tokio::test]
async fn a_stopping_server_finishes_a_call_over_mcp() {
    is_finished(|app, key| app.call("hold", json!({"key": key})).without("accept")).await;
}

#[tokio::test]
async fn a_stopping_server_finishes_a_call_of_the_newest_revision() {
    is_finished(|app, key| {
        app.modern(
            "tools/call",
            json!({"name": "hold", "arguments": {"key": key}}),
        )
    })
    .await;
}

#[tokio::test]
async fn a_server_without_work_stops_at_once() {
    let mut app = TestApp::start().await;
    let idle = app.raw().await;
    app.get("/health?live").send().await;
    let started = Instant::now();
    app.stop();
    app.stopped().await;
    assert!(started.elapsed() < SOON);
    assert_eq!(idle.read_to_end().await, "");
}
