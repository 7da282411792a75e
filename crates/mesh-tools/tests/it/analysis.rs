use std::time::Duration;

use mesh_index::Query;
use serde_json::json;

use crate::support::{Records, Server};

const TOOL: &str = "analyze_development_context";

#[tokio::test]
async fn a_task_is_prepared_from_every_kind() {
    let server = Server::of_company();
    let arguments = json!({
        "currentTask": "Stop vouchers for late returns from being printed twice",
        "codeContext": "fn main() { print_voucher(&mut queue, &voucher); } // src/voucher.rs",
        "systemArea": "backend",
        "urgency": "high"
    });
    let answer = server.call(TOOL, arguments).await;
    assert_eq!(answer["tickets"][0]["key"], "SHOP-7");
    assert_eq!(
        answer["knowledge"][0]["path"],
        "docs/refunds.md#late-returns"
    );
    assert_eq!(
        answer["commits"][0]["message"],
        "voucher: print each voucher once"
    );
    assert_eq!(answer["tests"][0]["symbol"], "a_voucher_is_printed_once");
    assert_eq!(answer["incomplete"], json!([]));
    assert_eq!(
        answer["metadata"]["names"],
        json!(["print_voucher", "src/voucher.rs"])
    );
    let first = &answer["lookFirst"][0];
    assert_eq!(first["ref"], "shop/src/voucher.rs:10");
    let why = first["why"].as_str().expect("a reason");
    assert!(
        why.contains("the code context names `print_voucher`"),
        "{why}"
    );
    assert!(why.contains("changed by 1 of the related commits"), "{why}");
    let analysis = answer["analysis"].as_str().expect("a text");
    assert!(
        analysis.contains("1. print_voucher (shop/src/voucher.rs, lines 10 to 13)"),
        "{analysis}"
    );
}

#[tokio::test]
async fn what_is_not_indexed_is_named() {
    let server = Server::of(Records::default().knowledge());
    let answer = server
        .call(TOOL, json!({"currentTask": "late returns"}))
        .await;
    assert_eq!(
        answer["metadata"]["notIndexed"],
        json!(["tickets", "commits", "code"])
    );
    assert_eq!(answer["lookFirst"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn nothing_is_invented_for_a_foreign_task() {
    let server = Server::of_company();
    let answer = server
        .call(TOOL, json!({"currentTask": "zeppelin quux"}))
        .await;
    assert_eq!(answer["lookFirst"], json!([]));
    let analysis = answer["analysis"].as_str().expect("a text");
    assert!(
        analysis.starts_with("Nothing that was searched matches"),
        "{analysis}"
    );
}

#[tokio::test]
async fn a_task_that_one_who_left_had_begun_is_not_searched_on() {
    let server = Server::of_company();
    let (running, mut runs) = tokio::sync::mpsc::unbounded_channel();
    let cx = server.context();
    let searching = cx.search(move |corpus| {
        loop {
            let searched = corpus.search_knowledge(&Query {
                text: "vouchers",
                limit: 1,
                threshold: 0.0,
            })?;
            let _ = running.send(searched.total);
        }
        #[expect(unreachable_code, reason = "the loop's end is the cutoff's error")]
        Ok(())
    });
    tokio::select! {
        found = searching => panic!("it ended by itself: {found:?}"),
        first = runs.recv() => assert_eq!(first, Some(1)),
    }
    // The search was dropped above: its channel closes when its thread has stopped.
    while runs.recv().await.is_some() {}
}

#[tokio::test]
async fn searches_that_failed_are_not_told_as_nothing_found() {
    let server = Server::of(Records::default().tickets());
    let tool = server.view.permit(TOOL).expect("listed");
    let late = server.context_for(Duration::from_nanos(1));
    let refusal = tool
        .call(json!({"currentTask": "vouchers"}), late)
        .await
        .expect_err("only tickets are indexed, and they were not searched");
    assert_eq!(refusal.kind(), "deadline_exceeded");
}

#[tokio::test]
async fn no_time_for_any_search_is_an_error() {
    let server = Server::of_company();
    let tool = server.view.permit(TOOL).expect("listed");
    let late = server.context_for(Duration::from_nanos(1));
    let refusal = tool
        .call(json!({"currentTask": "vouchers"}), late)
        .await
        .expect_err("too late");
    assert_eq!(refusal.kind(), "deadline_exceeded");
}
