//! Progress goes to who asked for it and can take it, and to no one else.

use serde_json::{Value, json};

use crate::support::{Request, Session, TestApp};

fn report(request: &TestApp) -> Request {
    let params = json!({"name": "report", "arguments": {}, "_meta": {"progressToken": "p"}});
    request.legacy("tools/call", params)
}

fn check(messages: &[Value]) {
    let (answer, notes) = messages.split_last().expect("an answer");
    let seen: Vec<_> = notes
        .iter()
        .map(|note| {
            assert_eq!(note["method"], "notifications/progress");
            assert_eq!(note["params"]["progressToken"], "p");
            (
                note["params"]["progress"].as_f64(),
                note["params"]["total"].as_f64(),
            )
        })
        .collect();
    assert_eq!(seen, [1.0, 2.0, 3.0].map(|step| (Some(step), Some(3.0))));
    assert_eq!(answer["id"], 7);
    assert_eq!(answer["result"]["content"][0]["text"], "arrived");
}

#[tokio::test]
async fn a_client_of_an_earlier_revision_hears_of_it() {
    for sessions in ["on", "off"] {
        let app = TestApp::with(&[("MESH_SESSIONS", sessions)]).await;
        check(&report(&app).stream().await.messages().await);
    }
}

#[tokio::test]
async fn a_client_with_a_session_hears_of_it() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let request = report(&app).header("mcp-session-id", &session.id);
    check(&request.stream().await.messages().await);
}

#[tokio::test]
async fn a_client_of_the_newest_revision_hears_of_it() {
    let app = TestApp::start().await;
    let request = app.modern("tools/call", json!({"name": "report"}));
    check(&request.stream().await.messages().await);
}

#[tokio::test]
async fn a_stream_is_not_to_be_held_up_on_its_way() {
    let app = TestApp::start().await;
    let stream = report(&app).stream().await;
    assert_eq!(stream.headers["x-accel-buffering"], "no");
}

#[tokio::test]
async fn who_takes_no_stream_gets_the_answer_alone() {
    let app = TestApp::start().await;
    for accept in [
        "",
        "*/*",
        "application/json",
        "application/json, text/*",
        "text/event-streams",
    ] {
        let answer = report(&app).header("accept", accept).send().await;
        assert_eq!(
            answer.header("content-type"),
            "application/json",
            "{accept}"
        );
        assert_eq!(answer.result()["content"][0]["text"], "arrived", "{accept}");
    }
}

#[tokio::test]
async fn who_gave_no_token_hears_nothing_of_it() {
    let app = TestApp::start().await;
    let answer = app.call("report", json!({})).send().await;
    assert!(
        !answer.text().contains("notifications/progress"),
        "{}",
        answer.text()
    );
    assert!(answer.text().contains("arrived"), "{}", answer.text());
}
