//! One line for each request, in a form that Lambda's own filter takes, written when nobody waits any more.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{AGENTS, mcp, rpc};

#[tokio::test]
async fn a_call_is_one_line_of_known_fields() {
    let mesh = mcp().start().await;
    mesh.send_as("one", &rpc::call("get_server_capabilities", json!({})))
        .await;
    let mut line = mesh.line("one").await;
    let fields = line.as_object_mut().expect("fields");
    let told = fields.remove("timestamp").expect("a timestamp");
    let told: Timestamp = told.as_str().expect("text").parse().expect("RFC 3339");
    assert!(
        Timestamp::now().duration_since(told).as_secs() < 30,
        "{told}"
    );
    assert!(
        fields
            .remove("duration_us")
            .is_some_and(|us| us.as_u64().is_some_and(|us| us > 0))
    );
    assert!(
        fields
            .remove("trace_id")
            .is_some_and(|id| id.as_str().is_some_and(|id| id.len() == 32))
    );
    assert_eq!(
        line,
        json!({
            "level": "INFO", "target": "mesh_app::journal", "message": "request", "request_id": "one",
            "caller": AGENTS, "method": "POST", "path": "/rpc", "status": 200, "mcp_method": "tools/call",
            "tool": "get_server_capabilities", "outcome": "success",
        })
    );
}

#[tokio::test]
async fn a_failure_is_named() {
    let mesh = mcp().start().await;
    for (id, event, status, failure) in [
        (
            "tool",
            rpc::call("no_such_tool", json!({})),
            200,
            "unknown_tool",
        ),
        ("body", rpc::get("/rpc"), 405, ""),
        (
            "call",
            rpc::post("/tools/no_such_tool", &json!({})),
            404,
            "unknown_tool",
        ),
    ] {
        mesh.send_as(id, &event).await;
        let line = mesh.line(id).await;
        assert_eq!(line["status"], status, "{line}");
        assert_eq!(
            line["failure"].as_str().unwrap_or_default(),
            failure,
            "{line}"
        );
    }
}

#[tokio::test]
async fn every_line_is_json_with_a_time_and_a_level() {
    let mesh = mcp().start().await;
    for event in [
        rpc::get("/health"),
        rpc::get("/nowhere"),
        rpc::legacy("tools/list", json!({})),
    ] {
        mesh.send(&event).await;
    }
    for line in mesh.settled().await.lines().filter(|line| !line.is_empty()) {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        let told = line["timestamp"].as_str().expect("a timestamp");
        assert!(told.parse::<Timestamp>().is_ok(), "{line}");
        let level = line["level"].as_str().expect("a level");
        assert!(
            ["DEBUG", "INFO", "WARN", "ERROR"].contains(&level),
            "{line}"
        );
    }
}

#[tokio::test]
async fn there_is_one_line_for_each_request() {
    let mesh = mcp().start().await;
    let ids: Vec<_> = (0..20).map(|number| format!("request-{number}")).collect();
    for id in &ids {
        mesh.send_as(id, &rpc::get("/health?live")).await;
    }
    mesh.settled().await;
    for id in &ids {
        let lines = mesh
            .log()
            .lines()
            .filter(|line| line.contains(&format!("\"{id}\"")))
            .count();
        assert_eq!(lines, 1, "{id}");
    }
}

#[tokio::test]
async fn the_line_and_the_measures_come_after_the_answer() {
    for mode in ["buffered", "streaming"] {
        let mesh = mcp().set("MESH_INVOKE_MODE", mode).start().await;
        for id in ["one", "two", "three"] {
            let counted = mesh.values("RequestCount").len();
            mesh.send_as(id, &rpc::legacy("tools/list", json!({})))
                .await;
            assert!(
                !mesh.log().contains(&format!("\"{id}\"")),
                "{mode}: {}",
                mesh.log()
            );
            assert_eq!(mesh.values("RequestCount").len(), counted, "{mode}");
            mesh.line(id).await;
            crate::support::until(|| mesh.values("RequestCount").len() > counted).await;
        }
    }
}
