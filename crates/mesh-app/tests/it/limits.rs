//! How often a caller may call where no policy says so.

use std::time::Instant;

use serde_json::json;

use crate::support::{Answer, TOKEN, TestApp, digest};

async fn called(app: &TestApp, tool: &str) -> Answer {
    let call = app.call(tool, json!({}));
    let call = call.header("authorization", &format!("Bearer {TOKEN}"));
    call.send().await
}

async fn admitted(app: &TestApp, calls: usize) -> usize {
    let mut admitted = 0;
    for _ in 0..calls {
        admitted += usize::from(!called(app, "nothing").await.told().0);
    }
    admitted
}

#[tokio::test]
async fn a_caller_from_outside_has_a_hundred_reads_a_minute() {
    let app = TestApp::guarded().await;
    let started = Instant::now();
    let mut admitted = 0;
    let told = loop {
        let (refused, told) = called(&app, "nothing").await.told();
        if refused {
            break told;
        }
        admitted += 1;
    };
    let expected = "too many calls of tools that read: 100 a minute are allowed; try again in 1 s";
    assert_eq!(told, expected);
    // One more flows in every 600 ms.
    let flowed = started.elapsed().as_millis() / 600 + 1;
    assert!((100..=100 + flowed).contains(&admitted), "{admitted}");
}

#[tokio::test]
async fn who_is_on_this_machine_and_who_is_told_so_is_not_limited() {
    let off = [
        ("MESH_BEARER_SHA256", &*digest(TOKEN)),
        ("MESH_LIMITS", "off"),
    ];
    for app in [TestApp::start().await, TestApp::with(&off).await] {
        assert_eq!(admitted(&app, 150).await, 150);
    }
}
