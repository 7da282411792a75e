//! A request that stands alone is answered past the SDK; over a session the SDK answers it. Nobody can tell which.

use serde_json::{Value, json};

use crate::support::{Answer, Session, TestApp};

/// All of an answer but its headers.
fn same(plain: &Answer, through_the_sdk: &Answer, what: &str) {
    let json = |answer: &Answer| serde_json::from_slice::<Value>(&answer.body).expect("JSON");
    assert_eq!(json(plain), json(through_the_sdk), "{what}");
    assert_eq!(plain.status, through_the_sdk.status, "{what}");
}

#[tokio::test]
async fn a_list_is_what_the_sdk_would_list() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let plain = app.legacy("tools/list", json!({})).send().await;
    let through = session.request("tools/list", json!({})).without("accept");
    same(&plain, &through.send().await, "tools/list");
}

#[tokio::test]
async fn a_call_ends_as_the_sdk_would_end_it() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    for (tool, arguments) in [
        ("echo", json!({"text": "hello", "to": "all"})),
        ("echo", json!({"text": "hello", "colour": "red"})),
        ("echo", json!({})),
        ("echo", json!({"text": 7})),
        ("nothing", json!({})),
        ("crash", json!({})),
        ("break", json!({})),
        ("stall", json!({})),
        ("no_such_tool", json!({})),
    ] {
        let plain = app.call(tool, arguments.clone()).send().await;
        let through = session.call(tool, arguments).without("accept");
        same(&plain, &through.send().await, tool);
    }
}
