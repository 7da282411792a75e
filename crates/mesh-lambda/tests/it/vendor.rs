//! A vendor behind a tool: every way it can fail is an answer, and a rotated key heals at once.

use std::time::Duration;

use mesh_emulator::{Deadline, Options};
use serde_json::{Value, json};

use crate::support::rpc::told;
use crate::support::{Fake, Mesh, Mode, Store, VALUES, faulty, rpc};

const OLD: &str = VALUES[0].1;
const NEW: &str = concat!("sk-", "proj-9Z8y7X6w5V4u3T2s1R0q9P8o7N6m5L4k");

/// Takes one key only.
async fn vendor_taking(key: &'static str) -> Fake {
    Fake::serving(move |seen| {
        if seen.header("authorization") == format!("Bearer {key}") {
            (200, "\"served\"".into())
        } else {
            (401, "\"no\"".into())
        }
    })
    .await
}

async fn mesh(store: &Store) -> Mesh {
    store.is_store_of(faulty()).start().await
}

async fn ask(mesh: &Mesh, vendor: &Fake) -> Value {
    mesh.call("vendor", json!({"address": vendor.url()})).await
}

#[tokio::test]
async fn a_vendor_that_is_well_is_asked_once_and_the_store_not_again() {
    let (store, vendor) = (Store::whole().await, vendor_taking(OLD).await);
    let mesh = mesh(&store).await;
    assert_eq!(told(&ask(&mesh, &vendor).await), ("served", false));
    assert_eq!((vendor.seen().len(), store.readings()), (1, 1));
}

#[tokio::test]
async fn a_rotated_key_heals_within_the_call() {
    let (store, vendor) = (Store::whole().await, vendor_taking(NEW).await);
    let mesh = mesh(&store).await;
    store.put("openai-api-key", NEW);
    assert_eq!(told(&ask(&mesh, &vendor).await), ("served", false));
    let keys: Vec<_> = vendor
        .seen()
        .iter()
        .map(|seen| seen.header("authorization").to_owned())
        .collect();
    assert_eq!(keys, [format!("Bearer {OLD}"), format!("Bearer {NEW}")]);
    assert_eq!(store.readings(), 2, "one at the start, one for the refusal");
    assert_eq!(told(&ask(&mesh, &vendor).await), ("served", false));
    assert_eq!((vendor.seen().len(), store.readings()), (3, 2));
    let output = mesh.settled().await;
    assert!(output.contains("a secret has changed"), "{output}");
    assert!(!output.contains(OLD) && !output.contains(NEW), "{output}");
}

#[tokio::test]
async fn a_key_refused_for_ever_is_named_and_makes_no_storm() {
    let (store, vendor) = (Store::whole().await, vendor_taking(NEW).await);
    let mesh = mesh(&store).await;
    for _ in 0..10 {
        let answer = ask(&mesh, &vendor).await;
        let (text, is_error) = told(&answer);
        assert!(is_error, "{text}");
        assert!(text.contains("`/mcp-server/openai-api-key`"), "{text}");
        assert!(!text.contains(OLD), "{text}");
    }
    assert_eq!(
        store.readings(),
        2,
        "one at the start, one for ten refusals"
    );
    assert_eq!(
        vendor.seen().len(),
        10,
        "a key known to be refused is not tried twice in one call"
    );
}

#[tokio::test]
async fn a_vendor_that_refuses_both_keys_is_asked_twice() {
    let (store, vendor) = (Store::whole().await, vendor_taking("none").await);
    let mesh = mesh(&store).await;
    store.put("openai-api-key", NEW);
    let answer = ask(&mesh, &vendor).await;
    assert!(told(&answer).0.contains("has to be renewed"), "{answer}");
    assert_eq!((vendor.seen().len(), store.readings()), (2, 2));
}

#[tokio::test]
async fn a_vendor_that_hangs_is_left_at_the_deadline() {
    let (store, vendor) = (Store::whole().await, vendor_taking(OLD).await);
    vendor.does(Mode::Hanging);
    let mesh = mesh(&store).await;
    let left = Duration::from_secs(3);
    let event = rpc::call("vendor", json!({"address": vendor.url()}));
    let reply = mesh
        .send_with(&event, Options::deadline(Deadline::In(left)))
        .await;
    assert!(reply.took < left, "{:?}", reply.took);
    let answer = reply.json();
    let (text, is_error) = told(&answer);
    assert!(
        is_error && text.contains("the vendor took too long"),
        "{text}"
    );
    mesh.settled().await;
    assert_eq!(mesh.values("DeadlineExceeded"), [1.0]);
    vendor.does(Mode::Serving);
    assert_eq!(told(&ask(&mesh, &vendor).await), ("served", false));
}

#[tokio::test]
async fn a_vendor_that_fails_is_a_clear_error_and_is_asked_again_next_time() {
    let (store, vendor) = (Store::whole().await, vendor_taking(OLD).await);
    let mesh = mesh(&store).await;
    for mode in [
        Mode::Resetting,
        Mode::BreakingOff,
        Mode::Answering(200, "<html>garbage</html>".to_owned()),
        Mode::Answering(500, String::new()),
    ] {
        vendor.does_once(mode.clone());
        let answer = ask(&mesh, &vendor).await;
        let (text, is_error) = told(&answer);
        assert!(
            is_error && text.starts_with("the vendor cannot be asked"),
            "{mode:?}: {text}"
        );
        assert_eq!(
            told(&ask(&mesh, &vendor).await),
            ("served", false),
            "{mode:?}"
        );
    }
    assert_eq!(store.readings(), 1);
}

#[tokio::test]
async fn a_store_that_hangs_at_a_refusal_leaves_time_for_the_answer() {
    let (store, vendor) = (Store::whole().await, vendor_taking(NEW).await);
    let mesh = mesh(&store).await;
    store.fake.does(Mode::Hanging);
    let left = Duration::from_secs(5);
    let event = rpc::call("vendor", json!({"address": vendor.url()}));
    let reply = mesh
        .send_with(&event, Options::deadline(Deadline::In(left)))
        .await;
    assert!(reply.took < left, "{:?}", reply.took);
    let answer = reply.json();
    let (text, is_error) = told(&answer);
    assert!(is_error && text.contains("openai-api-key"), "{text}");
}
