//! What is configured changes while it is served.

use std::sync::Arc;
use std::time::Duration;

use mesh_gateway::{Gateway, Kind, Replaced};
use tokio::time::timeout;

use crate::support::{entry, is_alive, quick, ring, soon, until, world};

/// Where the last server was taken out, one that is put in later is heard.
#[tokio::test]
async fn a_gateway_without_servers_goes_on() {
    let gateway = Gateway::new(Vec::new(), &world(), 48);
    let tended = gateway.tend(|_: &[Kind]| {});
    let replaced = async {
        gateway.replace(vec![quick("bell", 0)]);
        gateway.known(soon()).await;
    };
    tokio::select! {
        () = tended => panic!("it ended"),
        () = replaced => {}
    }
    assert_eq!(gateway.catalogue().tools.len(), 1);
    gateway.end().await;
}

#[tokio::test]
async fn what_one_request_has_waited_for_is_told_to_all_others() {
    let gateway = Gateway::new(vec![quick("bell", 0)], &world(), 48);
    gateway.known(soon()).await;
    assert_eq!(gateway.catalogue().tools.len(), 1);
    let (sender, mut changes) = tokio::sync::mpsc::unbounded_channel();
    let tended = gateway.tend(|kinds: &[Kind]| {
        let _ = sender.send(kinds.to_vec());
    });
    let told = async {
        // News of something else.
        gateway.replace(vec![quick("bell", 0), quick("gong", 0)]);
        timeout(Duration::from_secs(20), changes.recv()).await
    };
    let told = tokio::select! {
        // It listens when there is news.
        biased;
        () = tended => panic!("it ended"),
        told = told => told,
    };
    assert_eq!(told, Ok(Some(vec![Kind::Tool])));
    gateway.end().await;
}

#[tokio::test]
async fn what_one_offers_is_made_again_only_where_that_one_was_heard_anew() {
    let gateway = Gateway::new(vec![quick("bell", 0)], &world(), 48);
    gateway.known(soon()).await;
    let before = gateway.catalogue();
    gateway.replace(vec![quick("bell", 0), quick("gong", 0)]);
    gateway.known(soon()).await;
    let after = gateway.catalogue();
    assert_eq!(after.generation, before.generation + 1);
    assert_eq!(after.tools.len(), 2);
    assert!(Arc::ptr_eq(&before.tools[0], &after.tools[0]));
    gateway.end().await;
}

#[tokio::test]
async fn whose_a_server_is_can_be_changed_though_it_says_what_it_said() {
    let gateway = Gateway::new(vec![quick("bell", 0)], &world(), 48);
    gateway.known(soon()).await;
    let before = gateway.catalogue();
    let mut entry = quick("bell", 0);
    entry.options.team = Some("legal".to_owned());
    assert_eq!(gateway.replace(vec![entry]).changed, ["bell"]);
    assert_eq!(gateway.publish(), [Kind::Tool]);
    let after = gateway.catalogue();
    assert_eq!(after.tools[0].team.as_deref(), Some("legal"));
    assert_eq!(after.generation, before.generation + 1);
    gateway.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_changed_is_started_anew_and_calls_end_in_peace() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let (go, came) = (path("go"), path("came"));
    let slow = [go.as_path(), came.as_path()];
    let entries = vec![entry("bell", 0, slow), quick("gong", 0), quick("horn", 0)];
    let gateway = Gateway::new(entries, &world(), 48);
    gateway.known(soon()).await;
    let gong = ring(&gateway, "gong").await.expect("an answer");
    let (under_way, caller) = (gateway.clone(), gateway.clone());
    let call = tokio::spawn(async move { ring(&under_way, "bell").await });
    until(|| came.exists()).await;

    let entries = vec![quick("bell", 0), quick("gong", 7), quick("lute", 0)];
    let named = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        gateway.replace(entries),
        Replaced {
            added: named(&["lute"]),
            changed: named(&["bell"]),
            removed: named(&["horn"]),
        }
    );
    gateway.known(soon()).await;
    gateway.publish();
    let successor = ring(&caller, "bell").await.expect("an answer");
    assert_eq!(
        ring(&gateway, "gong").await,
        Ok(gong),
        "it goes on as it was"
    );
    assert!(gateway.catalogue().tool_of("horn", "ring").is_none());
    assert!(!gateway.has("horn") && gateway.has("lute"));
    assert!(!call.is_finished());
    std::fs::write(&go, "").expect("written");
    let before = call.await.expect("it ends").expect("an answer");
    assert_ne!(before, successor);
    until(|| !is_alive(&before)).await;
    gateway.end().await;
    until(|| !is_alive(&successor)).await;
}
