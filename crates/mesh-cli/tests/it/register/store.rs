//! On AWS what is known is kept in the parameter store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Json, Router};
use mesh_fakes::elevenlabs::workspace::KEY;
use serde_json::{Value, json};

use super::{Scene, TOKEN, quiet};
use crate::support::{Ran, fake, mesh};

#[derive(Clone, Default)]
struct Store(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    /// Values with their types, by name.
    values: BTreeMap<String, (String, String)>,
    writes: usize,
}

impl Store {
    fn held(&self) -> BTreeMap<String, (String, String)> {
        self.0.lock().expect("no panic").values.clone()
    }

    fn writes(&self) -> usize {
        self.0.lock().expect("no panic").writes
    }

    fn start(&self) -> String {
        self.0.lock().expect("no panic").values.insert(
            "/mcp-server/elevenlabs-api-key".to_owned(),
            (KEY.to_owned(), "SecureString".to_owned()),
        );
        fake::serve(
            Router::new()
                .route("/", post(answer))
                .with_state(self.clone()),
        )
    }
}

async fn answer(State(store): State<Store>, headers: HeaderMap, body: String) -> Json<Value> {
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let Held { values, writes } = &mut *store.0.lock().expect("no panic");
    let names = body["Names"].as_array().into_iter().flatten();
    let names: Vec<_> = names.filter_map(Value::as_str).collect();
    let text = |field: &str| body[field].as_str().expect("text").to_owned();
    let target = headers["x-amz-target"].to_str().expect("text");
    match target {
        "AmazonSSM.GetParameters" => {
            let found = names.iter().filter_map(|name| values.get_key_value(*name));
            let found: Vec<_> = found
                .map(|(name, (value, kind))| {
                    json!({"Name": name, "Value": value, "Type": kind, "Version": 1})
                })
                .collect();
            Json(json!({ "Parameters": found }))
        }
        "AmazonSSM.PutParameter" => {
            values.insert(text("Name"), (text("Value"), text("Type")));
            *writes += 1;
            Json(json!({"Version": 1}))
        }
        "AmazonSSM.DeleteParameters" => {
            values.retain(|name, _| !names.contains(&name.as_str()));
            *writes += 1;
            Json(json!({}))
        }
        other => panic!("not asked before: {other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_stands_alone_and_the_webhooks_secret_is_encrypted() {
    let scene = Scene::start().await;
    let store = Store::default();
    let endpoint = store.start();
    let run = |arguments: &[&str]| -> Ran {
        let mut command = mesh(&[&["register", "elevenlabs"], arguments].concat());
        command.envs([
            ("MESH_SECRETS", "ssm"),
            ("AWS_ENDPOINT_URL_SSM", endpoint.as_str()),
            ("AWS_REGION", "us-east-2"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("MESH_ELEVENLABS_URL", &scene.workspace.base()),
            ("MESH_BEARER", TOKEN),
        ]);
        quiet(command)
    };
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
