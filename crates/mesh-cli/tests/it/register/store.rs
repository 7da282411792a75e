//! On AWS what is known is kept in the parameter store.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use mesh_fakes::elevenlabs::workspace::KEY;
use serde_json::{Value, json};

use super::together::at_once;
use super::{Scene, TOKEN, quiet};
use crate::support::{fake, mesh};

#[derive(Clone, Default)]
struct Store(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    values: BTreeMap<String, Value>,
    writes: usize,
    /// Whoever holds the lease gives it back once another has seen that.
    gives_back: bool,
}

impl Store {
    /// Values with their types, by name.
    fn held(&self) -> BTreeMap<String, (String, String)> {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let held = self.0.lock().expect("no panic");
        let values = held.values.iter();
        values
            .map(|(name, held)| (name.clone(), (text(&held["Value"]), text(&held["Type"]))))
            .collect()
    }

    fn writes(&self) -> usize {
        self.0.lock().expect("no panic").writes
    }

    fn put(&self, name: &str, value: &str, kind: &str) {
        let parameter = json!({"Name": name, "Value": value, "Type": kind, "Version": 1});
        let mut held = self.0.lock().expect("no panic");
        held.values.insert(name.to_owned(), parameter);
    }

    fn start(&self) -> String {
        self.put("/mcp-server/elevenlabs-api-key", KEY, "SecureString");
        fake::serve(
            Router::new()
                .route("/", post(answer))
                .with_state(self.clone()),
        )
    }
}

async fn answer(State(store): State<Store>, headers: HeaderMap, body: String) -> Response {
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let Held {
        values,
        writes,
        gives_back,
    } = &mut *store.0.lock().expect("no panic");
    let names = body["Names"].as_array().into_iter().flatten();
    let names: Vec<_> = names.filter_map(Value::as_str).collect();
    let target = headers["x-amz-target"].to_str().expect("text");
    let answer = match target {
        "AmazonSSM.GetParameters" => {
            let found = names.iter().filter_map(|name| values.get(*name));
            let found: Vec<_> = found.cloned().collect();
            if *gives_back
                && names == [LEASE]
                && let Some(lease) = values.get_mut(LEASE)
            {
                lease["Value"] = json!("0");
            }
            json!({ "Parameters": found })
        }
        "AmazonSSM.PutParameter" => {
            let name = body["Name"].as_str().expect("text");
            let before = values.get(name).and_then(|held| held["Version"].as_i64());
            if before.is_some() && body["Overwrite"] == false {
                let refusal = json!({"__type": "ParameterAlreadyExists"});
                return (StatusCode::BAD_REQUEST, Json(refusal)).into_response();
            }
            let version = before.unwrap_or(0) + 1;
            let parameter = json!({
                "Name": name, "Value": body["Value"], "Type": body["Type"], "Version": version,
            });
            values.insert(name.to_owned(), parameter);
            *writes += 1;
            json!({ "Version": version })
        }
        "AmazonSSM.DeleteParameters" => {
            values.retain(|name, _| !names.contains(&name.as_str()));
            *writes += 1;
            json!({})
        }
        other => panic!("not asked before: {other}"),
    };
    Json(answer).into_response()
}

/// `mesh register elevenlabs` on AWS.
fn command(scene: &Scene, endpoint: &str, arguments: &[&str]) -> Command {
    let mut command = mesh(&[&["register", "elevenlabs"], arguments].concat());
    command.envs([
        ("MESH_SECRETS", "ssm"),
        ("AWS_ENDPOINT_URL_SSM", endpoint),
        ("AWS_REGION", "us-east-2"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("MESH_ELEVENLABS_URL", &scene.workspace.base()),
        ("MESH_BEARER", TOKEN),
    ]);
    command
}

const LEASE: &str = "/mcp-server/elevenlabs-registration-lease";

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_make_one_of_everything() {
    let scene = Scene::start().await;
    let store = Store::default();
    let endpoint = store.start();
    let url = scene.url();
    scene.workspace.meet("GET", "/secrets", 2);
    let runs = [&["--post-call-webhook"][..], &["--agent", "agent_1"]];
    let runs = runs.map(|more| command(&scene, &endpoint, &[&["--url", &url], more].concat()));
    let runs = at_once(runs);
    for ran in &runs {
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert_eq!(scene.workspace.secrets().len(), 1);
    let (id, _) = scene.ours();
    assert_eq!(scene.workspace.servers_of("agent_1"), [id]);
    assert_eq!(scene.workspace.webhooks().len(), 1);
    let held = store.held();
    let (rest, _) = &held["/mcp-server/elevenlabs-registration"];
    let rest: Value = serde_json::from_str(rest).expect("JSON");
    assert!(rest["webhook"].is_object(), "{rest}");
    assert_eq!(held[LEASE].0, "0", "it is given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_run_holds_is_waited_for_unless_its_time_is_up() {
    let scene = Scene::start().await;
    let store = Store::default();
    store.0.lock().expect("no panic").gives_back = true;
    let endpoint = store.start();
    let url = scene.url();
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("after 1970").as_secs();
    for (until, waits) in [(now + 10_000, true), (now - 3, false)] {
        store.put(LEASE, &until.to_string(), "String");
        scene.workspace.add_agent("agent_1", &[]);
        let arguments = ["--url", &url, "--agent", "agent_1"];
        let ran = quiet(command(&scene, &endpoint, &arguments));
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(ran.stderr.contains("waiting for its end"), waits, "{ran:?}");
        scene.ours();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_stands_alone_and_the_webhooks_secret_is_encrypted() {
    let scene = Scene::start().await;
    let store = Store::default();
    let endpoint = store.start();
    let run = |arguments: &[&str]| quiet(command(&scene, &endpoint, arguments));
    let url = scene.url();
    let arguments = ["--url", &url, "--agent", "agent_1", "--post-call-webhook"];
    let ran = run(&arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    let (id, _) = scene.ours();
    let held = store.held();
    let plain = |value: &str| (value.to_owned(), "String".to_owned());
    assert_eq!(held["/mcp-server/elevenlabs-mcp-server-id"], plain(&id));
    let secret = scene.workspace.webhooks()[0]["webhook_secret"]
        .as_str()
        .expect("one")
        .to_owned();
    let encrypted = (secret.clone(), "SecureString".to_owned());
    assert_eq!(held["/mcp-server/elevenlabs-webhook-secret"], encrypted);
    let (rest, kind) = &held["/mcp-server/elevenlabs-registration"];
    assert_eq!(kind, "String");
    assert!(!rest.contains(&secret) && !rest.contains(TOKEN), "{rest}");

    let writes = store.writes();
    scene.writes();
    let again = run(&arguments);
    assert_eq!(
        (again.code, scene.writes().len(), store.writes()),
        (0, 0, writes),
        "{again:?}"
    );
    assert!(again.stdout.starts_with("nothing to do"), "{again:?}");

    let removed = run(&["--remove"]);
    assert_eq!(removed.code, 0, "{removed:?}");
    let left: Vec<_> = store.held().into_keys().collect();
    assert_eq!(left, ["/mcp-server/elevenlabs-api-key"]);
}
