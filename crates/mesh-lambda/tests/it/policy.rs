//! The policy that came with the function, and the record it writes.

use serde_json::{Value, json};

use crate::support::{Mode, Store, mcp, rpc, within};

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

const AGENTS: &str =
    "[team.agents]\nmembers = [\"arn:aws:sts::123456789012:assumed-role/agents\"]\n";

/// The function, with its policy in a parameter store that does that.
async fn kept(store: &Store, mode: Mode) -> crate::support::Mesh {
    store.fake.does(mode);
    mcp()
        .set("AWS_ENDPOINT_URL_SSM", store.fake.url())
        .set("MESH_POLICY", "ssm:/mcp-server/policy")
        .start()
        .await
}

#[tokio::test]
async fn a_policy_in_the_parameter_store_says_what_a_role_may_use() {
    let store = Store::whole().await;
    store.put(
        "policy",
        &format!("{AGENTS}read = [\"get_system_health\"]\n"),
    );
    let mesh = kept(&store, Mode::Serving).await;
    for _ in 0..3 {
        assert_eq!(mesh.tools().await, ["get_system_health"]);
    }
    mesh.settled().await;
    assert_eq!(store.readings(), 1, "what is not old is not read again");
    let asked = String::from_utf8_lossy(&store.fake.seen()[0].body).into_owned();
    assert!(asked.contains("[\"/mcp-server/policy\"]"), "{asked}");
}

#[tokio::test]
async fn without_its_policy_the_function_serves_nobody_until_it_has_it() {
    for (mode, broken) in [
        (Mode::Hanging, false),
        (Mode::Answering(500, "{}".to_owned()), false),
        (Mode::Serving, false),
        (Mode::Serving, true),
    ] {
        let store = Store::whole().await;
        if broken {
            store.put("policy", &format!("{AGENTS}raed = [\"*\"]\n"));
        }
        let shown = format!("{mode:?} {broken}");
        let mesh = kept(&store, mode).await;
        let reply = mesh.send(&rpc::legacy("tools/list", json!({}))).await;
        assert_eq!(reply.status, 503, "{shown}");
        assert_eq!(reply.json()["error"], "unavailable", "{shown}");
        assert!(reply.header("retry-after").is_some(), "{shown}");
        assert_eq!(mesh.send(&rpc::get("/health")).await.status, 503, "{shown}");
        assert_eq!(
            mesh.send(&rpc::get("/health?live")).await.status,
            200,
            "{shown}"
        );
        store.put(
            "policy",
            &format!("{AGENTS}read = [\"get_system_health\"]\n"),
        );
        store.fake.does(Mode::Serving);
        within(async {
            let list = rpc::legacy("tools/list", json!({}));
            while mesh.send(&list).await.status == 503 {}
        })
        .await;
        assert_eq!(mesh.tools().await, ["get_system_health"], "{shown}");
    }
}
