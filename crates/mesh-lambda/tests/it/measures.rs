//! Measurements: lines of the Embedded Metric Format on standard output, nothing before them and nothing after.

use serde_json::{Value, json};

use crate::support::{faulty, mcp, rpc};

#[tokio::test]
async fn each_line_is_a_document_that_lambdas_filter_keeps() {
    let mesh = mcp().set("MESH_ENVIRONMENT", "staging").start().await;
    mesh.send(&rpc::call("get_server_capabilities", json!({})))
        .await;
    mesh.send(&rpc::legacy("tools/list", json!({}))).await;
    mesh.settled().await;
    let lines = mesh.function.stdout().lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in lines {
        let document: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(document["level"], "INFO", "{line}");
        let told = document["timestamp"].as_str().expect("a timestamp");
        let told: jiff::Timestamp = told.parse().expect("RFC 3339");
        assert_eq!(document["_aws"]["Timestamp"], told.as_millisecond());
        assert_eq!(document["Environment"], "staging", "{line}");
        for directive in document["_aws"]["CloudWatchMetrics"]
            .as_array()
            .expect("directives")
        {
            assert_eq!(directive["Namespace"], "AomaMesh");
            for metric in directive["Metrics"].as_array().expect("metrics") {
                let name = metric["Name"].as_str().expect("a name");
                assert!(!document[name].is_null(), "{name} has no value: {line}");
            }
        }
    }
}

#[tokio::test]
async fn a_cold_start_is_counted_once() {
    let mesh = mcp().start().await;
    for _ in 0..3 {
        mesh.send(&rpc::get("/health?live")).await;
    }
    mesh.settled().await;
    assert_eq!(mesh.values("ColdStart"), [1.0]);
    let init = mesh.values("InitDuration");
    assert_eq!(init.len(), 1, "{init:?}");
    let whole = mesh.init.as_secs_f64() * 1e3;
    assert!(init[0] > 0.0 && init[0] < whole, "{init:?} of {whole}");
}

#[tokio::test]
async fn a_call_is_counted_by_its_tool() {
    let mesh = faulty().start().await;
    mesh.call("echo", json!({"text": "a"})).await;
    mesh.call("echo", json!({"text": "b"})).await;
    mesh.call("crash", json!({})).await;
    mesh.settled().await;
    let documents = mesh.function.stdout().lines();
    let documents = documents
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let failed: Vec<_> = documents
        .filter_map(|document| {
            Some((
                document["Tool"].as_str()?.to_owned(),
                document["ToolFailures"].as_f64()?,
            ))
        })
        .collect();
    let called = |name: &str, failed| (name.to_owned(), failed);
    assert_eq!(
        failed,
        [
            called("echo", 0.0),
            called("echo", 0.0),
            called("crash", 1.0)
        ]
    );
    assert_eq!(mesh.values("SuccessRate"), [100.0, 100.0, 0.0]);
    assert_eq!(mesh.values("RequestCount"), [1.0; 3]);
}

#[tokio::test]
async fn nothing_is_measured_where_that_is_off() {
    let mesh = mcp().set("MESH_METRICS", "off").start().await;
    mesh.send_as("one", &rpc::legacy("tools/list", json!({})))
        .await;
    mesh.line("one").await;
    mesh.send_as("two", &rpc::legacy("tools/list", json!({})))
        .await;
    mesh.line("two").await;
    assert_eq!(mesh.function.stdout().lines(), Vec::<String>::new());
}
