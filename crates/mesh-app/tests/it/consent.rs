//! What needs consent is done when a person has agreed, and once for each time they have.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use mesh_app::config::{Config, Variables};
use mesh_app::{App, Provisions, secrets};
use mesh_core::{Deadline, Effect, Metrics};
use mesh_store::{Sqlite, Store};
use mesh_tools::catalog::Uses;
use mesh_tools::{
    Blocks, Catalog, Consent, Context, Entry, Family, Needs, Services, Tool, ToolError,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::{Answer, Session, TOKEN, TestApp, digest, unique};

static TOOLS: [Entry; 1] = [Entry::of::<Ring>()];

static CATALOG: Catalog = Catalog {
    tools: &TOOLS,
    resources: &[],
    templates: &[],
    prompts: &[],
    uses: Uses {
        logging: false,
        idle_subscriptions: false,
    },
};

static RUNG: AtomicUsize = AtomicUsize::new(0);

/// # Ring
/// Rings a bell, and says how often that was done in all.
#[derive(Deserialize, JsonSchema)]
struct Ring {
    /// Which bell.
    bell: String,
    /// How often: once, where nothing is said.
    times: Option<u32>,
}

impl Tool for Ring {
    const NAME: &'static str = "ring";
    const FAMILY: Family = Family::System;
    const NEEDS: Needs = Needs::NOTHING;
    const EFFECT: Effect = Effect::Write;
    const CONSENT: Option<fn(&Self, &Services) -> Option<Consent>> = Some(|ring, _| {
        let is_loud = ring.times != Some(0);
        is_loud.then(|| Consent(format!("Rings the bell {}.", ring.bell)))
    });
    type Output = Blocks;

    async fn call(self, _: Context<'_>) -> Result<Blocks, ToolError> {
        let rung = RUNG.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(Blocks::text(format!("{} {rung}", self.bell)))
    }
}

/// A server of a process of its own: it shares nothing but what the settings and the folder of state say.
async fn server(settings: &[(&str, &str)], state: Option<&Path>) -> TestApp {
    let variables = Variables::new(settings.iter().copied());
    let config = Config::read(&variables).expect("sound settings");
    let metrics = Arc::new(Metrics::new(Instant::now()));
    let no_store = |_: &str| Err(anyhow::anyhow!("no parameter store here"));
    let secrets = secrets::of(&config.secrets, &variables, &metrics, no_store).expect("secrets");
    let deadline = Deadline::after(Instant::now(), Duration::from_secs(20));
    let _read = secrets.read(deadline).await;
    let state: Option<Arc<dyn Store>> = match state {
        Some(folder) => Some(Arc::new(
            Sqlite::open(folder, deadline).await.expect("opened"),
        )),
        None => None,
    };
    let provisions = Provisions {
        secrets,
        state,
        ..Provisions::of(&config).expect("provisions")
    };
    TestApp::of(App::with(config, CATALOG, provisions).expect("builds"))
}

async fn alone() -> TestApp {
    TestApp::serving(&[], CATALOG).await
}

/// The token in the answer of a client that cannot be asked.
#[track_caller]
fn token(told: &str) -> String {
    let (_, rest) = told.split_once(r#""confirm": ""#).expect("a token");
    rest.split_once('"').expect("its end").0.to_owned()
}

#[track_caller]
fn asked(answer: &Answer) -> String {
    let (is_error, told) = answer.told();
    assert!(is_error, "{told}");
    assert!(told.starts_with("Not done yet. Rings the bell"), "{told}");
    token(&told)
}

#[track_caller]
fn refused(answer: &Answer, why: &str) {
    let (is_error, told) = answer.told();
    assert!(is_error && told.contains(why), "{told}");
}

#[track_caller]
fn rung(answer: &Answer, bell: &str) {
    let (is_error, told) = answer.told();
    assert!(!is_error && told.starts_with(&format!("{bell} ")), "{told}");
}

fn with(mut arguments: Value, token: &str) -> Value {
    arguments["confirm"] = token.into();
    arguments
}

#[tokio::test]
async fn who_cannot_be_asked_calls_again_with_a_token_that_is_good_once() {
    let (app, bell) = (alone().await, unique());
    let ring = async |arguments: Value| app.call("ring", arguments).send().await;
    let arguments = json!({"bell": bell, "times": 2});
    let token = asked(&ring(arguments.clone()).await);
    // Written differently, they are the same arguments to the tool.
    rung(
        &ring(with(json!({"times": 2.0, "bell": bell}), &token)).await,
        &bell,
    );
    refused(&ring(with(arguments, &token)).await, "was used before");
}

#[tokio::test]
async fn fifty_calls_at_once_with_one_token_are_one() {
    let (app, bell) = (alone().await, unique());
    let arguments = json!({"bell": bell});
    let token = asked(&app.call("ring", arguments.clone()).send().await);
    let call = || app.call("ring", with(arguments.clone(), &token)).send();
    let calls = (0..50).map(|_| call());
    let answers = futures::future::join_all(calls).await;
    let went_through = answers.iter().filter(|answer| !answer.told().0);
    assert_eq!(went_through.count(), 1);
}

#[tokio::test]
async fn a_token_is_worth_nothing_for_anything_else() {
    let (app, bell) = (alone().await, unique());
    let ring = async |arguments: Value| app.call("ring", arguments).send().await;
    let arguments = json!({"bell": bell});
    let token = asked(&ring(arguments.clone()).await);
    let of_other_arguments = "is not the token that was given";
    for other in [
        with(json!({"bell": bell, "times": 3}), &token),
        with(json!({"bell": unique()}), &token),
        with(arguments.clone(), &token.to_uppercase()),
        with(arguments.clone(), "yes"),
    ] {
        refused(&ring(other).await, of_other_arguments);
    }
    rung(&ring(with(arguments, &token)).await, &bell);
}

#[tokio::test]
async fn another_callers_token_is_worth_nothing() {
    let key = json!({"bell": unique()});
    let settings = [("MESH_SECRETS", "env"), ("MESH_STATE_KEY", STATE_KEY)];
    let folder = tempfile::tempdir().expect("a folder");
    let local = server(&settings, Some(folder.path())).await;
    let bearer = digest(TOKEN);
    let guarded = [&settings[..], &[("MESH_BEARER_SHA256", &bearer)]].concat();
    let guarded = server(&guarded, Some(folder.path())).await;
    let token = asked(&local.call("ring", key.clone()).send().await);
    let call = guarded.call("ring", with(key, &token));
    let call = call.header("authorization", &format!("Bearer {TOKEN}"));
    refused(&call.send().await, "is not the token that was given");
}

#[tokio::test]
async fn a_token_is_no_fault_where_none_is_needed() {
    let (app, bell) = (alone().await, unique());
    let silent = json!({"bell": bell, "times": 0});
    rung(&app.call("ring", silent.clone()).send().await, &bell);
    let call = app.call("ring", with(silent, "anything")).send().await;
    rung(&call, &bell);
}

#[tokio::test]
async fn the_list_shows_how_a_call_is_confirmed() {
    let app = alone().await;
    let tool = app.get("/tools/ring").send().await.json();
    let confirm = &tool["inputSchema"]["properties"]["confirm"];
    assert_eq!(confirm["type"], "string", "{tool}");
    assert_eq!(tool["inputSchema"]["required"], json!(["bell"]));
}

#[tokio::test]
async fn the_plain_route_has_the_two_steps_too() {
    let (app, bell) = (alone().await, unique());
    let post = async |arguments: Value| app.post("/tools/ring", arguments.to_string()).send().await;
    let arguments = json!({"bell": bell});
    let first = post(arguments.clone()).await;
    assert_eq!(first.status, 428);
    let token = token(first.json()["message"].as_str().expect("text"));
    let second = post(with(arguments.clone(), &token)).await;
    assert_eq!(second.status, 200, "{}", second.text());
    let third = post(with(arguments, &token)).await;
    assert_eq!(third.status, 428, "{}", third.text());
    assert!(third.text().contains("was used before"));
}

#[tokio::test]
async fn a_session_is_asked_while_the_call_waits() {
    let app = alone().await;
    let session = Session::open(&app).await;
    for (action, expected) in [
        ("accept", None),
        ("decline", Some("the user declined; nothing was done")),
        ("cancel", Some("the user declined; nothing was done")),
    ] {
        let bell = unique();
        let mut call = session.call("ring", json!({"bell": bell})).stream().await;
        let question = call.message().await;
        assert_eq!(question["method"], "elicitation/create");
        let message = &question["params"]["message"];
        assert_eq!(*message, format!("Rings the bell {bell}."));
        session
            .answer(&question["id"], json!({"action": action}))
            .await;
        let result = call.message().await["result"].clone();
        let told = result["content"][0]["text"].as_str().expect("text");
        assert!(told.starts_with(expected.unwrap_or(&bell)), "{told}");
        assert_eq!(result["isError"] == true, expected.is_some(), "{result}");
    }
}

#[tokio::test]
async fn who_agrees_too_late_has_the_call_made_by_the_next() {
    let app = TestApp::serving(&[("MESH_BUDGET_MS", "4000")], CATALOG).await;
    let session = Session::open(&app).await;
    let arguments = json!({"bell": unique()});
    let mut call = session.call("ring", arguments.clone()).stream().await;
    let question = call.message().await;
    let half = tokio::time::timeout(Duration::from_millis(2_050), call.message());
    half.await.expect_err("it waits for the answer");
    session
        .answer(&question["id"], json!({"action": "accept"}))
        .await;
    let result = call.message().await["result"].clone();
    let told = result["content"][0]["text"].as_str().expect("text");
    assert!(told.contains("nothing was spent"), "{told}");
    let bell = arguments["bell"].as_str().expect("text").to_owned();
    let again = with(arguments, &token(told));
    rung(&app.call("ring", again.clone()).send().await, &bell);
    refused(&app.call("ring", again).send().await, "was used before");
}

/// A round of 2026-07-28: what the client brings beside the arguments.
fn round(
    app: &TestApp,
    bell: &str,
    state: &Value,
    action: Option<&str>,
) -> crate::support::Request {
    let mut params = json!({"name": "ring", "arguments": {"bell": bell}});
    if state.is_string() {
        params["requestState"] = state.clone();
    }
    if let Some(action) = action {
        params["inputResponses"] = json!({"confirm": {"action": action, "content": {}}});
    }
    app.modern("tools/call", params)
}

async fn result(request: crate::support::Request) -> Value {
    request.without("accept").send().await.result()
}

#[tokio::test]
async fn a_client_of_rounds_answers_by_calling_again_and_each_answer_counts_once() {
    let (app, bell) = (alone().await, unique());
    let first = result(round(&app, &bell, &Value::Null, None)).await;
    assert_eq!(first["resultType"], "input_required", "{first}");
    let question = &first["inputRequests"]["confirm"];
    assert_eq!(question["method"], "elicitation/create");
    let message = &question["params"]["message"];
    assert_eq!(*message, format!("Rings the bell {bell}."));
    let state = &first["requestState"];
    let done = result(round(&app, &bell, state, Some("accept"))).await;
    let told = done["content"][0]["text"].as_str().expect("text");
    assert!(told.starts_with(&format!("{bell} ")), "{done}");
    let again = result(round(&app, &bell, state, Some("accept"))).await;
    assert_eq!(again["isError"], true, "{again}");
    let told = again["content"][0]["text"].as_str().expect("text");
    assert!(told.contains("was used before"), "{told}");
}

#[tokio::test]
async fn an_answer_to_nothing_that_was_asked_is_asked_for() {
    let (app, bell) = (alone().await, unique());
    let unasked = result(round(&app, &bell, &Value::Null, Some("accept"))).await;
    assert_eq!(unasked["resultType"], "input_required", "{unasked}");
}

#[tokio::test]
async fn who_declines_cannot_accept_after_all() {
    let (app, bell) = (alone().await, unique());
    let first = result(round(&app, &bell, &Value::Null, None)).await;
    for (action, why) in [
        ("decline", "the user declined"),
        ("accept", "was used before"),
    ] {
        let answer = result(round(&app, &bell, &first["requestState"], Some(action))).await;
        let told = answer["content"][0]["text"].as_str().expect("text");
        assert!(told.contains(why), "{told}");
    }
}

const STATE_KEY: &str = "test-state-key-0123456789abcdefghij";

#[tokio::test]
async fn processes_of_one_state_let_a_token_through_once_among_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("MESH_SECRETS", "env"), ("MESH_STATE_KEY", STATE_KEY)];
    let first = server(&settings, Some(folder.path())).await;
    let second = server(&settings, Some(folder.path())).await;
    let arguments = json!({"bell": unique()});
    let token = asked(&first.call("ring", arguments.clone()).send().await);
    let arguments = with(arguments, &token);
    let bell = arguments["bell"].as_str().expect("text").to_owned();
    rung(&second.call("ring", arguments.clone()).send().await, &bell);
    refused(
        &first.call("ring", arguments).send().await,
        "was used before",
    );
}

#[tokio::test]
async fn processes_that_share_no_state_take_no_token_of_each_other() {
    let settings = [("MESH_SECRETS", "env"), ("MESH_STATE_KEY", STATE_KEY)];
    let (first, second) = (server(&settings, None).await, server(&settings, None).await);
    let arguments = json!({"bell": unique()});
    let token = asked(&first.call("ring", arguments.clone()).send().await);
    let call = second.call("ring", with(arguments, &token)).send().await;
    refused(&call, "by another process of this server");
}

#[tokio::test]
async fn the_record_says_asked_confirmed_declined_and_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audit.jsonl");
    let to = file.to_str().expect("UTF-8");
    let app = TestApp::serving(&[("MESH_AUDIT", to)], CATALOG).await;
    let arguments = json!({"bell": unique()});
    let token = asked(&app.call("ring", arguments.clone()).send().await);
    for _ in 0..2 {
        let call = app.call("ring", with(arguments.clone(), &token));
        call.send().await;
    }
    let bell = unique();
    let first = result(round(&app, &bell, &Value::Null, None)).await;
    result(round(&app, &bell, &first["requestState"], Some("decline"))).await;
    let lines = std::fs::read_to_string(&file).expect("a record");
    let lines = lines.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(line["effect"], "write");
        (line["decision"].clone(), line["outcome"].clone())
    });
    let expected = [
        (json!("asked"), Value::Null),
        (json!("confirmed"), json!("answered")),
        (json!("refused: confirmation"), Value::Null),
        (json!("asked"), Value::Null),
        (json!("refused: declined"), Value::Null),
    ];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
}
