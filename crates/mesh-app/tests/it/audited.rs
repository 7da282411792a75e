//! The record of decisions: what is in it, and that no line is lost.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use mesh_app::config::{Config, Variables};
use mesh_app::{App, Provisions};
use mesh_core::Deadline;
use mesh_doors::audit::{anchored, kept, verify};
use mesh_store::{Sqlite, Store, Within};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::support::{CATALOG, Calls, Session, TestApp, unique, within};

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
    let heads = anchored(&*state, now()).await.expect("read");
    let chain = ["environment", "instance"].map(|name| of(name).to_owned());
    let head = &heads[&chain.into()].head;
    assert_eq!((head.seq, head.hash.as_str()), (1, of("hash")));
}

/// What goes on when the time to finish is over is ended, and told of.
#[tokio::test]
async fn calls_that_outlast_the_time_to_finish_have_their_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    // Not the state: what is bounded by the clock of the system would be late by that of the test.
    let file = folder.path().join("audit.jsonl");
    let settings = [
        ("MESH_AUDIT", file.to_str().expect("UTF-8")),
        ("MESH_BUDGET_MS", "600000"),
    ];
    let mut app = TestApp::with(&settings).await;
    let keys = [unique(), unique(), unique(), unique()];
    let [plain, alone, modern, in_session] = keys.each_ref().map(|key| json!({"key": key}));
    let session = Session::open(&app).await;
    let calls = [
        app.post("/tools/hold", plain.to_string()),
        app.call("hold", alone),
        app.modern("tools/call", json!({"name": "hold", "arguments": modern})),
        session.call("hold", in_session),
    ];
    for call in calls {
        tokio::spawn(call.send());
    }
    for key in &keys {
        Calls::until(key, "began").await;
    }
    app.stop();
    within(async { while TcpStream::connect(app.address).await.is_ok() {} }).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(10)).await;
    tokio::time::resume();
    app.stopped().await;
    let line = ["hold", "allowed", "abandoned"].map(str::to_owned);
    assert_eq!(on_record(folder.path()), vec![line; keys.len()]);
}

/// A folder, and a server whose record is a file in it.
async fn on_file(policy: &str) -> (TestApp, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let of = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(of("policy.toml"), policy).expect("written");
    let settings = [
        ("MESH_POLICY", &*of("policy.toml")),
        ("MESH_AUDIT", &*of("audit.jsonl")),
    ];
    (TestApp::with(&settings).await, folder)
}

/// Of each line on file: what it is about, what was decided, and what became of it.
fn on_record(folder: &Path) -> Vec<[String; 3]> {
    let lines = std::fs::read_to_string(folder.join("audit.jsonl")).expect("written");
    let told = lines.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        ["tool", "decision", "outcome"].map(|name| line[name].as_str().unwrap_or("").to_owned())
    });
    told.collect()
}

#[tokio::test]
async fn what_the_policy_keeps_from_a_caller_is_unknown_to_them_and_refused_on_record() {
    let policy = "[team.people]\nmembers = [\"local\"]\nresources = [\"test://thing/open-*\"]\n";
    let (app, folder) = on_file(policy).await;
    let reference = json!({"type": "ref/prompt", "name": "greet"});
    let argument = json!({"name": "name", "value": "a"});
    for (method, params, is_there) in [
        (
            "resources/read",
            json!({"uri": "test://thing/open-1"}),
            true,
        ),
        (
            "resources/read",
            json!({"uri": "test://thing/closed"}),
            false,
        ),
        ("resources/read", json!({"uri": "test://fixed"}), false),
        ("prompts/get", json!({"name": "greet"}), false),
        (
            "completion/complete",
            json!({"ref": reference, "argument": argument}),
            false,
        ),
    ] {
        let answer = app.legacy(method, params).send().await.json();
        assert_eq!(answer["error"].is_null(), is_there, "{answer}");
        let told = answer["error"]["message"].as_str().unwrap_or("unknown");
        assert!(told.contains("unknown"), "{answer}");
        let decided = match is_there {
            true => [method, "allowed", "answered"],
            false => [method, "refused: policy", ""],
        };
        let last = on_record(folder.path()).pop().expect("a line");
        assert_eq!(last, decided);
    }
}

#[tokio::test]
async fn what_is_not_there_is_no_affair_of_the_policy() {
    let policy = "[team.people]\nmembers = [\"local\"]\nresources = [\"*\"]\nprompts = [\"*\"]\n";
    let (app, folder) = on_file(policy).await;
    for (method, params) in [
        ("resources/read", json!({"uri": "test://nothing"})),
        ("prompts/get", json!({"name": "nothing"})),
    ] {
        app.legacy(method, params).send().await;
        let last = on_record(folder.path()).pop().expect("a line");
        assert_eq!(last, [method, "allowed", "failed"]);
    }
}

#[tokio::test]
async fn a_call_whose_result_is_too_large_was_made() {
    let policy = "[team.people]\nmembers = [\"local\"]\nread = [\"*\"]\nresources = [\"*\"]\n\
                  limits.read.result_bytes = 20\n";
    let (app, folder) = on_file(policy).await;
    let told = app.call("echo", json!({"text": "long".repeat(9)}));
    assert!(told.send().await.text().contains("the result has "));
    app.legacy("resources/read", json!({"uri": "test://fixed"}))
        .send()
        .await;
    let methods = ["echo", "resources/read"];
    let made = methods.map(|method| [method, "allowed", "answered"].map(str::to_owned));
    assert_eq!(on_record(folder.path()), made);
}

/// A process that was killed, or a disk that was full, leaves part of a line.
#[tokio::test]
async fn a_line_that_was_cut_short_takes_no_other_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audit.jsonl");
    let serve = async || {
        let settings = [("MESH_AUDIT", file.to_str().expect("UTF-8"))];
        let mut app = TestApp::with(&settings).await;
        app.call("nothing", json!({})).send().await;
        app.stop();
        app.stopped().await;
    };
    serve().await;
    let whole = std::fs::read_to_string(&file).expect("written");
    std::fs::write(&file, format!("{whole}{}", &whole[..40])).expect("written");
    serve().await;
    serve().await;
    let lines = std::fs::read_to_string(&file).expect("written");
    let report = verify(lines.lines(), |_, _| None);
    assert_eq!((report.lines, report.unreadable), (4, Some(2)));
    assert_eq!(report.chains.len(), 3, "{report:?}");
}
