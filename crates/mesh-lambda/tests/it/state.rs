//! The table in which environments share what outlives a request. What it does with what it is told, moto shows:
//! `make metrics-test`.

use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::support::{Fake, Mesh, Mode, Setup, mcp};

/// A table with nothing in it, that takes everything.
async fn empty_table() -> Fake {
    Fake::serving(|_| (200, Bytes::from_static(b"{}"))).await
}

fn with_table(table: &Fake) -> Setup {
    mcp()
        .set("MESH_LIMITS", "on")
        .set("MESH_STATE_TABLE", "the-state")
        .set("AWS_ENDPOINT_URL", table.url())
}

fn asked(table: &Fake) -> Vec<String> {
    let seen = table.seen();
    let asked = seen.iter().map(|seen| {
        assert!(String::from_utf8_lossy(&seen.body).contains("\"the-state\""));
        let target = seen.header("x-amz-target");
        target.split('.').next_back().unwrap_or_default().to_owned()
    });
    asked.collect()
}

async fn call(mesh: &Mesh) -> Value {
    mesh.call("get_server_capabilities", json!({})).await["result"].clone()
}

#[tokio::test]
async fn a_start_asks_the_table_nothing_and_calls_are_counted_in_it() {
    let table = empty_table().await;
    let mesh = with_table(&table).start().await;
    mesh.tools().await;
    assert_eq!(asked(&table), [""; 0]);
    for _ in 0..10 {
        assert_ne!(call(&mesh).await["isError"], true);
    }
    let requests = asked(&table);
    assert_eq!(requests[0], "GetItem", "{requests:?}");
    assert_eq!(requests.len(), 2, "ten calls are one lease: {requests:?}");
}

#[tokio::test]
async fn the_end_of_the_record_is_kept_when_the_answer_is_sent() {
    let table = empty_table().await;
    let mesh = with_table(&table).set("MESH_AUDIT", "stdout").start().await;
    call(&mesh).await;
    mesh.settled().await;
    let seen = table.seen();
    let heads = seen.iter().map(|seen| String::from_utf8_lossy(&seen.body));
    let heads = heads.filter(|body| body.contains("\"audit\"")).count();
    assert_eq!(heads, 1, "{:?}", asked(&table));
}

#[tokio::test]
async fn a_table_that_does_not_answer_holds_up_one_call_for_a_moment() {
    let table = empty_table().await;
    table.does(Mode::Hanging);
    let mesh = with_table(&table).start().await;
    assert_ne!(call(&mesh).await["isError"], true);
    let requests = asked(&table).len();
    let started = Instant::now();
    for _ in 0..5 {
        assert_ne!(call(&mesh).await["isError"], true);
    }
    assert!(started.elapsed() < Duration::from_secs(4));
    assert_eq!(
        asked(&table).len(),
        requests,
        "it is left alone for a while"
    );
    mesh.settled().await;
    let told = mesh.log();
    assert!(
        told.contains("calls are counted in this process alone"),
        "{told}"
    );
}

#[tokio::test]
async fn a_name_that_is_none_of_a_table_is_told() {
    let mesh = mcp().set("MESH_STATE_TABLE", "a table").start().await;
    let answer = mesh.call("get_server_capabilities", json!({})).await;
    assert_eq!(answer["error"], "misconfigured", "{answer}");
    assert!(
        mesh.log().contains("`MESH_STATE_TABLE` must be"),
        "{}",
        mesh.log()
    );
}
