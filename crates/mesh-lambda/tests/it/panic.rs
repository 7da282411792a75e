//! A panic in a tool is an answer, and what it said stays inside.

use serde_json::json;

use crate::support::rpc::told;
use crate::support::{faulty, rpc};

const SAID: &str = "an inner matter";

#[tokio::test]
async fn a_panic_is_an_answer_at_every_door() {
    for mode in ["buffered", "streaming"] {
        let mesh = faulty().set("MESH_INVOKE_MODE", mode).start().await;
        let id = mesh.function.id();
        for event in [
            rpc::call("crash", json!({})),
            rpc::modern_call("crash", json!({})),
            rpc::followed("crash", json!({})),
            rpc::post("/tools/crash", &json!({})),
        ] {
            let reply = mesh.send(&event).await;
            assert!(!reply.text().contains(SAID), "{}", reply.text());
            assert!(
                reply.text().contains("the server failed"),
                "{}",
                reply.text()
            );
            let headers = format!("{:?}", reply.headers);
            assert!(!headers.contains(SAID), "{headers}");
        }
        let answer = mesh.call("echo", json!({"text": "next"})).await;
        assert_eq!(told(&answer), ("next", false));
        assert!(mesh.function.is_alive());
        assert_eq!(mesh.function.id(), id);
        mesh.settled().await;
        assert_eq!(mesh.values("ColdStart"), [1.0]);
    }
}

#[tokio::test]
async fn a_panic_tells_its_place_and_nothing_that_was_sent() {
    let mesh = faulty().start().await;
    mesh.call("crash", json!({"text": "a-strangers-text"}))
        .await;
    let output = mesh.settled().await;
    assert!(!output.contains("a-strangers-text"), "{output}");
    let place = output
        .lines()
        .find(|line| line.contains("\"a panic\""))
        .expect("a line");
    assert!(place.contains("faulty.rs:"), "{place}");
}

#[tokio::test]
async fn a_panic_is_a_failure_of_its_tool_with_a_line() {
    let mesh = faulty().start().await;
    mesh.send_as("crashed", &rpc::call("crash", json!({})))
        .await;
    let line = mesh.line("crashed").await;
    assert_eq!(
        (&line["tool"], &line["outcome"], &line["failure"]),
        (&json!("crash"), &json!("failure"), &json!("internal"))
    );
}
