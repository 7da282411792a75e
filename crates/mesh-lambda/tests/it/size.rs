//! What is too large, in either direction, is told in a form the client understands.

use serde_json::json;

use crate::support::rpc::told;
use crate::support::{faulty, mcp, rpc};

const SIX_MB: usize = 6 * 1024 * 1024;

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    for mode in ["buffered", "streaming"] {
        let mesh = mcp().set("MESH_INVOKE_MODE", mode).start().await;
        for path in ["/rpc", "/tools/get_server_capabilities"] {
            let event = rpc::post(path, &json!("x".repeat(SIX_MB + 1)));
            let reply = mesh.send(&event).await;
            assert_eq!(reply.status, 413, "{mode} {path}");
            assert_eq!(
                reply.header("content-type"),
                Some("application/json"),
                "{path}"
            );
            let told = reply.json();
            let message = match &told["message"] {
                serde_json::Value::Null => told["error"]["message"].to_string(),
                message => message.to_string(),
            };
            assert!(
                message.contains("is larger than"),
                "{mode} {path}: {message}"
            );
        }
        assert_eq!(mesh.send(&rpc::get("/health?live")).await.status, 200);
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_an_error_with_its_id() {
    let mesh = faulty().start().await;
    for event in [
        rpc::call("huge", json!({"bytes": SIX_MB})),
        rpc::modern_call("huge", json!({"bytes": SIX_MB})),
    ] {
        let reply = mesh.send(&event).await;
        let answer = reply.json();
        assert_eq!(answer["id"], 7);
        assert_eq!(answer["error"]["code"], -32603);
        let message = answer["error"]["message"].as_str().expect("a message");
        assert!(message.contains("6 MB"), "{message}");
        assert!(
            reply.header("x-request-id").is_some(),
            "{:?}",
            reply.headers
        );
    }
    let reply = mesh
        .send(&rpc::post("/tools/huge", &json!({"bytes": SIX_MB})))
        .await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json()["error"]),
        (500, &json!("too_large"))
    );
    let answer = mesh.call("echo", json!({"text": "next"})).await;
    assert_eq!(told(&answer), ("next", false));
}

#[tokio::test]
async fn an_answer_that_just_fits_is_given() {
    let mesh = faulty().start().await;
    let bytes = 5 * 1024 * 1024;
    let answer = mesh.call("huge", json!({"bytes": bytes})).await;
    let (text, is_error) = told(&answer);
    assert_eq!((text.len(), is_error), (bytes, false));
}

#[tokio::test]
async fn a_stream_may_be_larger() {
    let mesh = faulty().set("MESH_INVOKE_MODE", "streaming").start().await;
    let answer = mesh.call("huge", json!({"bytes": SIX_MB + 1})).await;
    assert_eq!(told(&answer).0.len(), SIX_MB + 1);
}
