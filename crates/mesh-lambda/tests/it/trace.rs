//! One request has one name everywhere: in its answer, in its line, in Lambda's own log; and its place in a trace.

use bytes::Bytes;
use mesh_emulator::Options;
use serde_json::{Value, json};

use crate::support::{Fake, Mode, mcp, named, rpc};

const ID: &str = "5759e988bd862e3fe1be46a994272793";
const XRAY: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

#[tokio::test]
async fn a_request_has_lambdas_name_whatever_the_client_says() {
    let mesh = mcp().start().await;
    let id = "8f5d2b1c-7a3e-4c9d-b6f0-1e2d3c4b5a69";
    let event = rpc::get("/health?live").header("x-request-id", "mine");
    let reply = mesh.send_as(id, &event).await;
    assert_eq!(reply.header("x-request-id"), Some(id));
    assert_eq!(mesh.line(id).await["path"], "/health");
    assert!(!mesh.log().contains("mine"), "{}", mesh.log());
}

#[tokio::test]
async fn the_name_stands_on_refusals_and_faults_too() {
    let mesh = mcp().start().await;
    let stranger = rpc::stranger(http::Method::GET, "/tools");
    for (id, event) in [("one", stranger), ("two", rpc::get("/nowhere"))] {
        let reply = mesh.send_as(id, &event).await;
        assert_eq!(reply.header("x-request-id"), Some(id));
        assert_eq!(mesh.line(id).await["request_id"], id);
    }
}

#[tokio::test]
async fn the_trace_is_x_rays() {
    let mesh = mcp().start().await;
    let options = Options {
        trace_id: Some(XRAY.to_owned()),
        ..named("traced")
    };
    mesh.send_with(&rpc::get("/health?live"), options).await;
    assert_eq!(mesh.line("traced").await["trace_id"], ID);
}

#[tokio::test]
async fn a_trace_that_the_client_began_goes_before_x_rays() {
    let mesh = mcp().start().await;
    let event = rpc::get("/health?live").header(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    );
    mesh.send_as("traced", &event).await;
    let line = mesh.line("traced").await;
    assert_eq!(line["trace_id"], "0af7651916cd43dd8448eb211c80319c");
}

#[tokio::test]
async fn what_is_no_trace_is_none() {
    let mesh = mcp().start().await;
    let options = Options {
        trace_id: Some("Root=nothing".to_owned()),
        ..named("untraced")
    };
    let event = rpc::get("/health?live").header("traceparent", "00-nothing-01");
    mesh.send_with(&event, options).await;
    assert_eq!(mesh.line("untraced").await["trace_id"], json!(null));
}

#[tokio::test]
async fn a_sampled_call_is_a_span_at_the_collector_and_a_collector_that_hangs_holds_nobody_up() {
    let collector = Fake::serving(|_| (200, Bytes::from_static(b"{}"))).await;
    let mesh = mcp()
        .set("MESH_OTLP_ENDPOINT", collector.url())
        .start()
        .await;
    let traced = || Options {
        trace_id: Some(XRAY.to_owned()),
        ..named("traced")
    };
    let call = rpc::call("get_system_health", json!({}));
    mesh.send_with(&call, traced()).await;
    collector.until_asked(1).await;
    let export = &collector.seen()[0];
    assert_eq!(export.path, "/v1/traces");
    let body: Value = serde_json::from_slice(&export.body).expect("JSON");
    let span = &body["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
    assert_eq!(span["name"], "tools/call get_system_health");
    assert_eq!(span["traceId"], ID);
    collector.does(Mode::Hanging);
    for _ in 0..2 {
        assert_eq!(mesh.send_with(&call, traced()).await.status, 200);
    }
}
