//! A thousand requests in a row, and nothing is left of them.

use mesh_emulator::Event;
use serde_json::json;

use crate::support::{Mesh, mcp, rpc, write_corpus};

/// Every kind of request, bad ones too.
fn mixed() -> Vec<Event> {
    vec![
        rpc::legacy("tools/list", json!({})),
        rpc::call("query_aoma_knowledge", json!({"query": "uploads"})),
        rpc::modern_call("search_jira_tickets", json!({"query": "uploads"})),
        rpc::followed("get_system_health", json!({})),
        rpc::get("/health"),
        rpc::get("/metrics"),
        rpc::get("/nowhere"),
        rpc::stranger(http::Method::POST, "/rpc"),
        rpc::call("no_such_tool", json!({})),
        rpc::post("/rpc", &json!("x".repeat(10_000))),
    ]
}

async fn send(mesh: &Mesh, requests: usize) {
    let events = mixed();
    for number in 0..requests {
        mesh.send(&events[number % events.len()]).await;
    }
    mesh.settled().await;
}

#[tokio::test]
async fn a_thousand_requests_leave_no_memory_behind() {
    let package = tempfile::tempdir().expect("a folder");
    write_corpus(&package.path().join("corpus"));
    for mode in ["buffered", "streaming"] {
        let setup = mcp().set("MESH_INVOKE_MODE", mode);
        let root = package.path().to_str().expect("text");
        let mesh = setup.set("LAMBDA_TASK_ROOT", root).start().await;
        send(&mesh, 200).await;
        let before = mesh.function.usage().expect("it lives").resident_kb;
        send(&mesh, 1_000).await;
        let after = mesh.function.usage().expect("it lives").resident_kb;
        assert!(
            after * 100 <= before * 105,
            "{mode}: {before} kB became {after} kB"
        );
        assert_eq!(mesh.values("ColdStart"), [1.0]);
    }
}
