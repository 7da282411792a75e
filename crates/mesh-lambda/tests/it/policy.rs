//! The policy that came with the function, and the record it writes.

use serde_json::{Value, json};

use crate::support::{mcp, rpc};

fn package(policy: &str) -> tempfile::TempDir {
    let package = tempfile::tempdir().expect("a folder");
    std::fs::write(package.path().join("policy.toml"), policy).expect("written");
    package
}

#[tokio::test]
async fn who_signed_sees_what_its_role_may_use_and_it_is_recorded() {
    let package = package(
        "[team.agents]\nmembers = [\"arn:aws:sts::123456789012:assumed-role/agents\"]\nread = [\"get_system_health\"]\n",
    );
    let root = package.path().to_str().expect("text");
    let setup = mcp().set("LAMBDA_TASK_ROOT", root);
    let mesh = setup.set("MESH_AUDIT", "stdout").start().await;
    assert_eq!(mesh.tools().await, ["get_system_health"]);
    let denied = mesh.call("get_server_capabilities", json!({})).await;
    assert_eq!(denied["result"]["isError"], true, "{denied}");
    let said = mesh
        .call("get_system_health", json!({"note": "hello"}))
        .await;
    assert_ne!(said["result"]["isError"], true, "{said}");
    mesh.settled().await;
    let output = mesh.output();
    let lines = output.lines().filter(|line| line.contains("\"prev\""));
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line["tool"].as_str(), line["decision"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Some("get_server_capabilities"), Some("refused: policy")),
            (Some("get_system_health"), Some("allowed"))
        ]
    );
    assert_eq!(lines[1]["prev"], lines[0]["hash"]);
    assert!(!output.contains("hello"), "{output}");
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_opens_nothing() {
    let package = package("[team.agents]\nmembers = [\"*\"]\nraed = [\"*\"]\n");
    let root = package.path().to_str().expect("text");
    let mesh = mcp().set("LAMBDA_TASK_ROOT", root).start().await;
    let reply = mesh.send(&rpc::legacy("tools/list", json!({}))).await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.json()["error"], "misconfigured");
    assert!(mesh.log().contains("raed"), "{}", mesh.log());
}
