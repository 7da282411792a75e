//! Whoever shows a key while the keys cannot be read is not told that it is wrong: they would throw it away.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use mesh_app::{App, Config, Provisions, config::Variables, secrets};
use mesh_core::{Deadline, Metrics};
use mesh_doors::keys::Keyring;
use mesh_fakes::issuer::{FakeIssuer, Signer};
use serde_json::json;

use crate::support::{CATALOG, Log, TOKEN, TestApp, digest, now};

const RESOURCE: &str = "https://mesh.example.com";

/// Its keys are in a file, read before it begins, whatever comes of that.
async fn server(file: &Path, more: &[(&str, &str)]) -> TestApp {
    let digest = digest(TOKEN);
    let settings = [
        ("MESH_BEARER_SHA256", &*digest),
        ("MESH_SECRETS", "env"),
        ("MESH_SECRETS_FILE", file.to_str().expect("UTF-8")),
        ("MESH_KEYS", "on"),
    ];
    let variables = Variables::new([&settings, more].concat());
    let config = Config::read(&variables).expect("sound settings");
    let metrics = Arc::new(Metrics::new(Instant::now()));
    let no_store = |_: &str| Err(anyhow::anyhow!("no parameter store here"));
    let secrets = secrets::of(&config.secrets, &variables, &metrics, no_store);
    let secrets = secrets.expect("secrets");
    let deadline = Deadline::after(Instant::now(), Duration::from_secs(20));
    let _ = secrets.read(deadline).await;
    let provisions = Provisions {
        secrets,
        ..Provisions::of(&config).expect("provisions")
    };
    TestApp::of(App::with(config, CATALOG, provisions).expect("builds"))
}

/// A key, and the line of a file that says so.
fn key() -> (String, String) {
    let mut keys = Keyring::default();
    let key = keys.create("eleven", Date::constant(2020, 1, 1), None);
    let key = key.expect("a key").reveal().to_owned();
    (key, format!("MESH_API_KEYS={keys}\n"))
}

async fn status(app: &TestApp, token: &str) -> (u16, Option<String>) {
    let request = app.get("/tools");
    let request = request.header("authorization", &format!("Bearer {token}"));
    let answer = request.send().await;
    let wait = answer.headers.get("retry-after");
    let wait = wait.map(|wait| wait.to_str().expect("text").to_owned());
    (answer.status, wait)
}

#[tokio::test]
async fn a_key_that_cannot_be_checked_is_to_be_shown_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secrets.env");
    let (key, line) = key();
    let damaged = line.replace('/', "-");
    let later = || (503, Some("5".to_owned()));
    for (text, expected) in [
        (None, later()),
        (Some(&*damaged), later()),
        (Some(&*line), (200, None)),
        (Some("# none was given out\n"), (401, None)),
    ] {
        match text {
            Some(text) => std::fs::write(&file, text).expect("written"),
            None => assert!(!file.exists()),
        }
        let app = server(&file, &[]).await;
        assert_eq!(status(&app, &key).await, expected, "{text:?}");
        // What needs no key to be checked is told apart as before.
        assert_eq!(status(&app, TOKEN).await.0, 200, "{text:?}");
        assert_eq!(status(&app, "wrong").await.0, 401, "{text:?}");
    }
}

#[tokio::test]
async fn a_token_is_checked_though_the_keys_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let issuer = FakeIssuer::start().await;
    let signer = Signer::p256("p");
    issuer.rotate(&[&signer]);
    let settings = [
        ("MESH_JWT_ISSUER", issuer.origin()),
        ("MESH_RESOURCE", RESOURCE),
    ];
    let app = server(&folder.path().join("none"), &settings).await;
    let claims = json!({"iss": issuer.origin(), "sub": "ada", "aud": RESOURCE, "exp": now() + 300});
    let token = signer.token("ES256", &claims);
    assert_eq!(status(&app, &token).await, (200, None));
    let (key, _) = key();
    assert_eq!(status(&app, &key).await.0, 503);
    assert_eq!(status(&app, &format!("{token}=")).await.0, 401);
}

#[tokio::test]
async fn a_key_that_cannot_be_checked_is_a_failure_of_the_server() {
    let log = Log::capture();
    let folder = tempfile::tempdir().expect("a folder");
    let (key, _) = key();
    let app = server(&folder.path().join("none"), &[]).await;
    assert_eq!(status(&app, &key).await.0, 503);
    assert_eq!(status(&app, "wrong").await.0, 401);
    let line = |nth: usize| {
        let line = log.requests().swap_remove(nth);
        json!([line["status"], line["outcome"], line["failure"]])
    };
    assert_eq!(line(0), json!([503, "failure", "unchecked"]));
    assert_eq!(line(1), json!([401, "failure", "unauthorized"]));
    let metrics = app.get("/metrics");
    let metrics = metrics.header("authorization", &format!("Bearer {TOKEN}"));
    let metrics = metrics.send().await.json();
    let counted = ["totalRequests", "failedRequests"].map(|name| metrics[name].clone());
    assert_eq!(counted, [1, 1], "{metrics}");
}
