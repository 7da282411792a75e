//! `subscriptions/listen` (2026-07-28, basic/patterns/subscriptions).

use mesh_tools::changes::Change;
use serde_json::{Value, json};

use crate::support::{Events, TestApp};

const ID: &str = "io.modelcontextprotocol/subscriptionId";

async fn listen(app: &TestApp, notifications: Value) -> Events {
    let params = json!({"notifications": notifications});
    app.modern("subscriptions/listen", params).stream().await
}

#[tokio::test]
async fn the_first_message_says_what_is_honoured() {
    let app = TestApp::start().await;
    let mut stream = listen(&app, json!({"toolsListChanged": true})).await;
    let first = stream.message().await;
    assert_eq!(first["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(
        first["params"]["notifications"],
        json!({"toolsListChanged": true})
    );
    assert_eq!(first["params"]["_meta"][ID], 7);
}

#[tokio::test]
async fn changes_reach_the_stream_tagged_with_its_request() {
    let app = TestApp::start().await;
    let mut stream = listen(&app, json!({"toolsListChanged": true})).await;
    stream.message().await;
    let method = "notifications/tools/list_changed";
    let heard = app.announce_until(Change::Tools, &mut stream, method).await;
    assert_eq!(heard["params"]["_meta"][ID], 7);
}

#[tokio::test]
async fn what_was_not_asked_for_is_not_told() {
    let mut app = TestApp::start().await;
    let mut stream = listen(&app, json!({"resourcesListChanged": true})).await;
    stream.message().await;
    let method = "notifications/resources/list_changed";
    app.announce(Change::Tools);
    app.announce(Change::Prompts);
    let heard = app
        .announce_until(Change::Resources, &mut stream, method)
        .await;
    assert_eq!(heard["method"], method);
    app.stop();
    let rest = stream.messages().await;
    let strange = |message: &&Value| message["method"].is_string() && message["method"] != method;
    assert_eq!(rest.iter().find(strange), None);
}

#[tokio::test]
async fn a_subscribed_resource_is_told_of() {
    let app = TestApp::start().await;
    let mut stream = listen(&app, json!({"resourceSubscriptions": ["test://fixed"]})).await;
    stream.message().await;
    let method = "notifications/resources/updated";
    let heard = app
        .announce_until(Change::Resources, &mut stream, method)
        .await;
    assert_eq!(heard["params"]["uri"], "test://fixed");
}

#[tokio::test]
async fn a_stream_outlives_the_budget_of_a_request() {
    let app = TestApp::with(&[("MESH_BUDGET_MS", "1000")]).await;
    let mut stream = listen(&app, json!({"toolsListChanged": true})).await;
    stream.message().await;
    // The budget of a request that arrived later is over, so this one's is.
    app.call("hold", json!({"key": "never"}))
        .send()
        .await
        .told();
    app.announce_until(
        Change::Tools,
        &mut stream,
        "notifications/tools/list_changed",
    )
    .await;
}

#[tokio::test]
async fn a_stopping_server_ends_the_stream_with_its_result() {
    let mut app = TestApp::start().await;
    let mut stream = listen(&app, json!({"toolsListChanged": true})).await;
    stream.message().await;
    app.stop();
    let rest = stream.messages().await;
    assert_eq!(rest.len(), 1, "{rest:?}");
    assert_eq!(
        (&rest[0]["id"], &rest[0]["result"]["resultType"]),
        (&json!(7), &json!("complete"))
    );
    app.stopped().await;
}

#[tokio::test]
async fn who_takes_no_stream_is_refused_at_once() {
    let app = TestApp::start().await;
    let params = json!({"notifications": {"toolsListChanged": true}});
    let request = app.modern("subscriptions/listen", params).without("accept");
    let answer = request.send().await;
    assert_eq!(answer.fault(), (406, -32600));
    assert_eq!(answer.json()["id"], 7);
}
