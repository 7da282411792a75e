//! A server that hangs up before it has answered, and goes on where it was when it is asked again.

use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::scripted::{bell, count, respond};
use crate::support::{ring, soon};

fn events(text: &str) -> String {
    respond("200 OK", "text/event-stream", text)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_read_on_after_the_last_event_that_was_read() {
    let asked = Mutex::new(json!(0));
    let resumed = Arc::new(Mutex::new(Vec::new()));
    let resumes = Arc::clone(&resumed);
    let (gateway, seen) = bell(move |request| {
        let last = request.headers.get("last-event-id").map(String::as_str);
        resumes
            .lock()
            .expect("unpoisoned")
            .extend(last.map(str::to_owned));
        match (request.method(), last) {
            ("tools/call", _) => {
                *asked.lock().expect("unpoisoned") = request.body["id"].clone();
                Some(events("id: a\nretry: 60\ndata:\n\n"))
            }
            ("GET /mcp", Some("a")) => Some(events("id: b\ndata: {\n\n")),
            ("GET /mcp", Some("b")) => {
                let id = asked.lock().expect("unpoisoned").clone();
                let result = json!({"content": [{"type": "text", "text": "rung at last"}]});
                let answer = json!({"jsonrpc": "2.0", "id": id, "result": result});
                Some(events(&format!("data: {answer}\n\n")))
            }
            _ => None,
        }
    });
    gateway.known(soon()).await;
    assert_eq!(ring(&gateway, "bell").await.as_deref(), Ok("rung at last"));
    assert_eq!(count(&seen, "tools/call"), 1);
    assert_eq!(*resumed.lock().expect("unpoisoned"), ["a", "b"]);
    gateway.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_answer_cannot_be_read_on_is_not_made_again() {
    let (gateway, seen) = bell(|request| match request.method() {
        "tools/call" => Some(events("id: a\ndata:\n\n")),
        "GET /mcp" => Some(respond("404 Not Found", "text/plain", "")),
        _ => None,
    });
    gateway.known(soon()).await;
    let why = ring(&gateway, "bell").await.expect_err("it broke off");
    assert_eq!(why, "it ended: the stream of its answer broke off");
    assert_eq!(count(&seen, "tools/call"), 1);
    gateway.end().await;
}
