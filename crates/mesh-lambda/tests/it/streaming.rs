//! The streaming mode: what is said is sent when it is said, and an answer never ends in the platform's own words.

use std::time::Duration;

use mesh_emulator::{Deadline, Options, Outcome, Reply};
use serde_json::{Value, json};

use crate::support::{Mesh, faulty, rpc};

async fn mesh() -> Mesh {
    faulty().set("MESH_INVOKE_MODE", "streaming").start().await
}

fn events(body: &str) -> Vec<Value> {
    let data = body.lines().filter_map(|line| line.strip_prefix("data:"));
    data.filter_map(|data| serde_json::from_str(data.trim()).ok())
        .collect()
}

fn is_sound(reply: &Reply) {
    assert!(reply.broken.is_none(), "{:?}", reply.broken);
    assert!(
        !reply.text().contains("Lambda-Runtime-Function-Error"),
        "{}",
        reply.text()
    );
}

#[tokio::test]
async fn progress_comes_before_the_result() {
    let mesh = mesh().await;
    let mut invocation = mesh.begin(&rpc::followed("nap", json!({"ms": 1_000})));
    let head = invocation.head().await.expect("a stream");
    assert_eq!(
        (head.status.as_u16(), &head.headers["content-type"]),
        (200, &"text/event-stream".parse().expect("a value"))
    );
    let (mut body, mut half_way, mut rested) = (String::new(), None, None);
    while let Some(chunk) = invocation.chunk().await {
        body.push_str(&String::from_utf8_lossy(&chunk.bytes));
        if body.contains("half-way") {
            half_way.get_or_insert(chunk.after);
        }
        if body.contains("rested") {
            rested.get_or_insert(chunk.after);
        }
    }
    let (half_way, rested) = (half_way.expect("progress"), rested.expect("a result"));
    assert!(
        rested - half_way > Duration::from_millis(300),
        "{half_way:?} {rested:?}"
    );
    let messages = events(&body);
    assert_eq!(messages[0]["method"], "notifications/progress");
    assert_eq!(messages.last().expect("a result")["id"], 7);
    let Outcome::Answered(reply) = invocation.outcome().await else {
        panic!("the stream ends well");
    };
    is_sound(&reply);
}

#[tokio::test]
async fn what_is_said_at_once_is_sent_as_json() {
    let mesh = mesh().await;
    let reply = mesh.send(&rpc::call("echo", json!({"text": "a"}))).await;
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.json()["result"]["content"][0]["text"], "a");
    assert!(reply.streamed);
    is_sound(&reply);
}

#[tokio::test]
async fn a_short_answer_waits_for_no_acknowledgement() {
    let mesh = mesh().await;
    let mut took = Vec::new();
    for _ in 0..10 {
        took.push(mesh.send(&rpc::get("/health?live")).await.took);
    }
    // Nagle's algorithm would hold back each of them for 40 ms. A busy machine does so with some.
    let least = took.iter().min().expect("ten");
    assert!(*least < Duration::from_millis(30), "{took:?}");
}

#[tokio::test]
async fn an_empty_answer_has_its_status() {
    let mesh = mesh().await;
    let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let reply = mesh.send(&rpc::post("/rpc", &note)).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (202, 0));
    is_sound(&reply);
}

#[tokio::test]
async fn a_stream_cut_at_the_deadline_ends_like_any_other() {
    let mesh = mesh().await;
    let options = Options::deadline(Deadline::In(Duration::from_secs(3)));
    for event in [
        rpc::followed("hang", json!({})),
        rpc::followed("crash", json!({})),
        rpc::get("/nowhere"),
    ] {
        let reply = mesh.send_with(&event, options.clone()).await;
        is_sound(&reply);
        assert!(!reply.body.is_empty());
    }
    let open = rpc::modern("subscriptions/listen", json!({"filter": {}}));
    let reply = mesh.send_with(&open, options).await;
    assert!(reply.took < Duration::from_secs(3), "{:?}", reply.took);
    is_sound(&reply);
    assert_eq!(mesh.call("echo", json!({"text": "a"})).await["id"], 7);
}

#[tokio::test]
async fn who_waits_for_a_whole_answer_gets_one() {
    let mesh = mesh().await;
    let url = rpc::call("echo", json!({"text": "a"})).to_json();
    let reply = mesh.send(&url).await;
    assert!(reply.streamed);
    for domain in [
        json!("a1b2c3d4e5.execute-api.us-east-2.amazonaws.com"),
        json!("mesh.example.com"),
        Value::Null,
    ] {
        let mut door = url.clone();
        door["requestContext"]["domainName"] = domain;
        let reply = mesh.send(&door).await;
        assert!(!reply.streamed, "{door}");
        assert_eq!(reply.json()["result"]["content"][0]["text"], "a", "{door}");
    }
}

#[tokio::test]
async fn a_buffered_function_gathers_the_same_events() {
    let mesh = faulty().start().await;
    let reply = mesh.send(&rpc::followed("nap", json!({"ms": 100}))).await;
    assert!(!reply.streamed);
    let messages = events(&reply.text());
    let found: Vec<_> = messages
        .iter()
        .map(|message| (&message["method"], &message["id"]))
        .collect();
    assert_eq!(
        found,
        [
            (&json!("notifications/progress"), &json!(null)),
            (&json!(null), &json!(7))
        ]
    );
}
