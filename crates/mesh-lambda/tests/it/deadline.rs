//! The deadline: an answer before it, whatever a tool does, and a process fit for the next request.

use std::time::{Duration, SystemTime};

use mesh_emulator::{Deadline, Options};
use serde_json::json;

use crate::support::rpc::told;
use crate::support::{Mesh, faulty, named, rpc};

const LEFT: Duration = Duration::from_secs(3);

fn with_three_seconds() -> Options {
    Options {
        deadline: Deadline::In(LEFT),
        ..named("late")
    }
}

async fn is_fit(mesh: &Mesh) {
    let answer = mesh.call("echo", json!({"text": "next"})).await;
    assert_eq!(told(&answer), ("next", false));
    assert!(mesh.function.is_alive());
}

#[tokio::test]
async fn a_tool_that_hangs_is_a_result_in_each_era() {
    for mode in ["buffered", "streaming"] {
        let mesh = faulty().set("MESH_INVOKE_MODE", mode).start().await;
        for event in [
            rpc::call("hang", json!({})),
            rpc::modern_call("hang", json!({})),
            rpc::followed("hang", json!({})).header("accept", "application/json"),
        ] {
            let reply = mesh.send_with(&event, with_three_seconds()).await;
            assert!(reply.took < LEFT, "{mode}: {:?}", reply.took);
            assert_eq!(
                (reply.status.as_u16(), &reply.json()["id"]),
                (200, &json!(7)),
                "{mode}"
            );
            let answer = reply.json();
            let (text, is_error) = told(&answer);
            assert!(is_error, "{text}");
            assert!(
                text.starts_with("no answer within 1.4")
                    || text.starts_with("no answer within 1.5 s"),
                "{text}"
            );
            assert!(text.contains("the call took too long"), "{text}");
        }
        let line = mesh.line("late").await;
        assert_eq!(
            (&line["tool"], &line["failure"]),
            (&json!("hang"), &json!("deadline_exceeded"))
        );
        is_fit(&mesh).await;
        mesh.settled().await;
        assert_eq!(mesh.values("DeadlineExceeded"), [1.0, 1.0, 1.0]);
    }
}

#[tokio::test]
async fn a_client_that_follows_by_events_is_told_so_too() {
    for mode in ["buffered", "streaming"] {
        let mesh = faulty().set("MESH_INVOKE_MODE", mode).start().await;
        let event = rpc::followed("hang", json!({}));
        let reply = mesh.send_with(&event, with_three_seconds()).await;
        assert!(reply.took < LEFT, "{mode}: {:?}", reply.took);
        assert!(
            reply.text().contains("no answer within 1."),
            "{mode}: {}",
            reply.text()
        );
        is_fit(&mesh).await;
    }
}

#[tokio::test]
async fn a_caller_without_mcp_is_told_by_a_status() {
    let mesh = faulty().start().await;
    let event = rpc::post("/tools/hang", &json!({}));
    let reply = mesh.send_with(&event, with_three_seconds()).await;
    assert_eq!(reply.status, 504);
    assert!(reply.took < LEFT, "{:?}", reply.took);
    let message = reply.json()["message"]
        .as_str()
        .expect("a message")
        .to_owned();
    assert!(message.contains("the call took too long"), "{message}");
}

#[tokio::test]
async fn the_budget_ends_a_call_where_lambda_would_wait_longer() {
    let mesh = faulty().set("MESH_BUDGET_MS", "1000").start().await;
    let reply = mesh.send(&rpc::call("hang", json!({}))).await;
    let answer = reply.json();
    let (text, is_error) = told(&answer);
    assert!(
        is_error && text.starts_with("no answer within 1 s"),
        "{text}"
    );
    is_fit(&mesh).await;
}

#[tokio::test]
async fn a_deadline_long_past_is_none_and_the_budget_holds() {
    let mesh = faulty().set("MESH_BUDGET_MS", "1000").start().await;
    for milliseconds in [0, 600_000, 1_600_000_000_000] {
        let options = Options::deadline(Deadline::EpochMs(milliseconds));
        let reply = mesh
            .send_with(&rpc::call("nap", json!({"ms": 100})), options.clone())
            .await;
        assert_eq!(told(&reply.json()), ("rested", false), "{milliseconds}");
        let reply = mesh.send_with(&rpc::call("hang", json!({})), options).await;
        let answer = reply.json();
        assert!(
            told(&answer).0.starts_with("no answer within 1 s"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_deadline_just_past_is_spent() {
    let mesh = faulty().start().await;
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("after 1970");
    let past = u64::try_from(now.as_millis()).expect("a date") - 1_000;
    let options = Options::deadline(Deadline::EpochMs(past));
    let reply = mesh.send_with(&rpc::call("hang", json!({})), options).await;
    assert!(reply.took < LEFT, "{:?}", reply.took);
    let answer = reply.json();
    assert!(
        told(&answer).0.starts_with("no answer within 0 s"),
        "{answer}"
    );
    is_fit(&mesh).await;
}

#[tokio::test]
async fn a_deadline_of_a_far_day_is_taken() {
    let mesh = faulty().set("MESH_BUDGET_MS", "1000").start().await;
    for milliseconds in [4_102_444_800_000, u64::MAX] {
        let options = Options::deadline(Deadline::EpochMs(milliseconds));
        let reply = mesh
            .send_with(&rpc::call("echo", json!({"text": "a"})), options)
            .await;
        assert_eq!(told(&reply.json()), ("a", false), "{milliseconds}");
    }
}

#[tokio::test]
async fn what_cannot_be_begun_in_time_is_not() {
    let mesh = faulty().start().await;
    let options = Options {
        deadline: Deadline::In(Duration::from_millis(1)),
        timeout: Some(crate::support::LONG),
        ..Options::default()
    };
    let reply = mesh.send_with(&rpc::call("hang", json!({})), options).await;
    assert!(reply.took < LEFT, "{:?}", reply.took);
    is_fit(&mesh).await;
}

#[tokio::test]
async fn many_in_a_row_that_hang_leave_it_fit() {
    let mesh = faulty().set("MESH_BUDGET_MS", "1000").start().await;
    for _ in 0..3 {
        let answer = mesh.call("hang", json!({})).await;
        assert!(told(&answer).1, "{answer}");
    }
    is_fit(&mesh).await;
}
