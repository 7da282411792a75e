//! A server that cannot serve says so to everyone, and why to the operator.

use http::Method;

use crate::support::{Setup, mcp, rpc};

async fn check(setup: Setup, told: &[&str], never: &[&str]) {
    let mesh = setup.start().await;
    for event in [
        rpc::get("/health?live"),
        rpc::stranger(Method::GET, "/health?live"),
        rpc::legacy("tools/list", serde_json::json!({})),
        rpc::get("/nowhere"),
    ] {
        let reply = mesh.send(&event).await;
        assert_eq!(reply.status, 503);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.json()["error"], "misconfigured");
        assert!(reply.body.len() < 200, "{}", reply.text());
        for text in told.iter().chain(never) {
            assert!(!reply.text().contains(text), "{}", reply.text());
        }
    }
    for text in told {
        assert!(mesh.log().contains(text), "{text}: {}", mesh.log());
    }
    for text in never {
        assert!(!mesh.output().contains(text), "{text}: {}", mesh.output());
    }
}

#[tokio::test]
async fn every_fault_is_in_the_log() {
    let setup = mcp()
        .set("MESH_CORPSE", "x-a-strangers-folder")
        .set("MESH_SESSIONS", "on")
        .set("MESH_METRICS", "cloudwatch")
        .set("MESH_BUDGET_MS", "soon");
    let told = [
        "MESH_CORPSE",
        "MESH_SESSIONS",
        "MESH_METRICS",
        "MESH_BUDGET_MS",
    ];
    check(setup, &told, &[]).await;
}

#[tokio::test]
async fn no_secret_is_in_the_log() {
    let token = "a-t0ken-put-where-its-digest-belongs";
    let setup = mcp()
        .set("MESH_BEARER_SHA256", token)
        .set("OPENAI_API_KEY", "sk-test-misconfigured-0123456789");
    check(
        setup,
        &["MESH_BEARER_SHA256"],
        &[token, "sk-test-misconfigured"],
    )
    .await;
}

#[tokio::test]
async fn an_address_of_aws_that_is_none_is_a_fault() {
    let setup = mcp()
        .set("MESH_SECRETS", "ssm")
        .set("MESH_OPENAI_URL", "http://127.0.0.1:9/v1")
        .set("AWS_ENDPOINT_URL_SSM", "moto");
    check(setup, &["AWS_ENDPOINT_URL_SSM"], &[]).await;
}

#[tokio::test]
async fn it_answers_as_its_url_expects() {
    for (mode, streamed) in [("buffered", false), ("streaming", true), ("both", false)] {
        let setup = mcp().set("MESH_CORPSE", "x").set("MESH_INVOKE_MODE", mode);
        let mesh = setup.start().await;
        for query in ["live", "a=b c&\u{e9}"] {
            let reply = mesh.send(&rpc::get(&format!("/health?{query}"))).await;
            assert_eq!(
                (reply.status.as_u16(), reply.streamed),
                (503, streamed),
                "{mode}"
            );
        }
    }
}

#[tokio::test]
async fn its_lines_have_a_time_and_a_level() {
    let mesh = mcp().set("MESH_CORPSE", "x").start().await;
    for line in mesh.function.stderr().lines() {
        let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert!(
            line["timestamp"].is_string() && line["level"].is_string(),
            "{line}"
        );
    }
    assert!(mesh.log().contains("\"ERROR\""), "{}", mesh.log());
}
