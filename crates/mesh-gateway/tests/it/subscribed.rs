//! Resources that are subscribed to over a session that the server has forgotten.

use std::sync::atomic::{AtomicUsize, Ordering};

use mesh_gateway::{Asked, Found, Gateway, Hops, Listener, Subscription};
use serde_json::json;

use crate::scripted::{Seen, bell, count, respond};
use crate::support::soon;

/// Knows a session no more when it is asked to subscribe in the first ones, so many times.
fn forgetful(times: usize) -> (Gateway, Seen) {
    let forgotten = AtomicUsize::new(0);
    bell(move |request| match request.method() {
        "initialize" => {
            let answer = request.result(&json!({
                "protocolVersion": "2025-11-25", "capabilities": {"resources": {"subscribe": true}},
                "serverInfo": {"name": "s", "version": "1"},
            }));
            Some(answer.replacen("\r\n", "\r\nmcp-session-id: s\r\n", 1))
        }
        "resources/list" => Some(request.result(&json!({"resources": []}))),
        "resources/subscribe" => Some(match forgotten.fetch_add(1, Ordering::SeqCst) < times {
            true => respond("404 Not Found", "text/plain", ""),
            false => request.result(&json!({})),
        }),
        _ => None,
    })
}

async fn subscribe(gateway: &Gateway) -> Result<Option<Subscription>, String> {
    let found = Found {
        upstream: "bell".into(),
        uri: "a:x".to_owned(),
        team: None,
        is_listed: true,
    };
    let asked = Asked {
        deadline: soon(),
        hops: Hops::default(),
        trace: None,
        listener: Listener::default(),
        max_bytes: 1 << 20,
    };
    let subscribed = gateway.subscribe(&found, &asked).await;
    subscribed.map_err(|fault| fault.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_asked_once_more_over_another_session() {
    let (gateway, seen) = forgetful(1);
    let subscribed = subscribe(&gateway).await.expect("it is told");
    assert!(subscribed.is_some());
    let asked = ["initialize", "resources/subscribe"].map(|method| count(&seen, method));
    assert_eq!(asked, [2, 2]);
    gateway.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_knows_no_session_refuses() {
    let (gateway, seen) = forgetful(usize::MAX);
    let refused = subscribe(&gateway).await.expect_err("it is refused");
    assert_eq!(refused, "it knows our session no more");
    let asked = ["initialize", "resources/subscribe"].map(|method| count(&seen, method));
    assert_eq!(asked, [2, 2]);
    gateway.end().await;
}
