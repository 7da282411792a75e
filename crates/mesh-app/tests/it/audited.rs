//! The record of decisions, kept in the state.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use mesh_app::config::{Config, Variables};
use mesh_app::{App, Provisions};
use mesh_core::Deadline;
use mesh_doors::audit::{anchored, kept, verify};
use mesh_store::{Sqlite, Store, Within};
use serde_json::{Value, json};

use crate::support::{CATALOG, Calls, TestApp, unique, within};

fn now() -> Within {
    Within {
        now: SystemTime::now(),
        deadline: Deadline::after(Instant::now(), Duration::from_secs(20)),
    }
}

async fn store(folder: &Path) -> Arc<dyn Store> {
    Arc::new(Sqlite::open(folder, now().deadline).await.expect("opened"))
}

async fn server(folder: &Path) -> TestApp {
    let place = folder.to_str().expect("UTF-8");
    let variables = Variables::new([("MESH_AUDIT", "state"), ("MESH_STATE", place)]);
    let config = Config::read(&variables).expect("sound settings");
    let provisions = Provisions {
        state: Some(store(folder).await),
        ..Provisions::of(&config).expect("provisions")
    };
    TestApp::of(App::with(config, CATALOG, provisions).expect("builds"))
}

/// Of each line, what it says of a tool.
async fn tools(store: &dyn Store) -> Vec<(String, String)> {
    let lines = kept(store, now).await.expect("listed");
    let report = verify(lines.iter().map(|(_, text)| text.as_str()), |_, _| None);
    assert!(report.is_whole(), "{report:?}");
    let told = lines.iter().map(|(_, text)| {
        let line: Value = serde_json::from_str(text).expect("JSON");
        let of = |name: &str| line[name].as_str().unwrap_or("none").to_owned();
        (of("tool"), of("outcome"))
    });
    told.collect()
}

#[tokio::test]
async fn a_line_is_in_the_state_when_the_answer_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = server(folder.path()).await;
    let state = store(folder.path()).await;
    let mut expected = Vec::new();
    for (tool, outcome) in [("nothing", "answered"), ("break", "failed")] {
        app.call(tool, json!({})).send().await;
        app.post(&format!("/tools/{tool}"), "{}").send().await;
        expected.extend([(tool, outcome); 2]);
        assert_eq!(tools(&*state).await.len(), expected.len());
    }
    let uri = json!({"uri": "test://fixed"});
    app.legacy("resources/read", uri.clone()).send().await;
    app.modern("resources/read", uri).send().await;
    expected.extend([("resources/read", "answered"); 2]);
    let told = tools(&*state).await;
    let told: Vec<_> = told
        .iter()
        .map(|(tool, outcome)| (tool.as_str(), outcome.as_str()))
        .collect();
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_call_that_its_client_left_and_the_end_of_the_chain_are_kept_when_the_server_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut app = server(folder.path()).await;
    let key = unique();
    let call = app.call("hold", json!({"key": key}));
    let leaving = tokio::spawn(call.send());
    within(Calls::until(&key, "began")).await;
    leaving.abort();
    within(Calls::until(&key, "ended")).await;
    app.stop();
    app.stopped().await;
    let state = store(folder.path()).await;
    let lines = kept(&*state, now).await.expect("listed");
    assert_eq!(
        tools(&*state).await,
        [("hold".to_owned(), "abandoned".to_owned())]
    );
    let line: Value = serde_json::from_str(&lines[0].1).expect("JSON");
    let of = |name: &str| line[name].as_str().expect("text");
    let head = anchored(&*state, of("environment"), of("instance"), now()).await;
    let head = head.expect("read").expect("a head");
    assert_eq!((head.seq, head.hash.as_str()), (1, of("hash")));
}
