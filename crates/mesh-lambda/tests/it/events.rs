//! Events as the platform makes them, from a folder: each is answered, and as it deserves.

use std::path::{Path, PathBuf};

use mesh_emulator::{Options, Outcome};
use serde_json::{Value, json};

use crate::support::{AGENTS, TOKEN, digest, mcp, named, rpc};

/// What each is answered with. `ADA` signed where nothing else is said, and the server has a token.
const ANSWERED: [(&str, u16); 41] = [
    ("http-api-bearer", 200),
    ("http-api-decoded-path", 404),
    ("http-api-iam", 200),
    ("http-api-jwt", 200),
    ("http-api-lambda-authorizer", 401),
    ("http-api-named-stage", 200),
    ("http-api-named-stage-of-a-tool", 200),
    ("http-api-payload-1", 200),
    ("http-api-well-known", 401),
    ("load-balancer", 200),
    ("load-balancer-of-many-values", 200),
    ("rest-api", 200),
    ("rest-api-iam", 200),
    ("rest-api-lambda-authorizer", 401),
    ("url-base64-body", 200),
    ("url-bearer", 200),
    ("url-broken-base64", 400),
    ("url-broken-encoding", 404),
    ("url-broken-host", 400),
    ("url-broken-json", 400),
    ("url-cookies", 200),
    ("url-delete", 405),
    ("url-doubled-slashes", 200),
    ("url-empty-identity", 401),
    ("url-empty-path", 200),
    ("url-encoded-path", 200),
    ("url-head", 200),
    ("url-initialize", 200),
    ("url-modern-list", 200),
    ("url-no-body", 400),
    ("url-notification", 202),
    ("url-options", 200),
    ("url-options-from-a-page", 403),
    ("url-query", 200),
    ("url-raw-query", 200),
    ("url-stranger", 401),
    ("url-stranger-liveness", 200),
    ("url-tool", 200),
    ("url-traversal-path", 404),
    ("url-unicode-path", 404),
    ("url-wrong-bearer", 401),
];

/// What asks for nothing, and the name it is logged by.
const QUIET: [(&str, &str); 4] = [
    ("console-test", "unnamed"),
    (
        "eventbridge-event",
        "aws.ec2: EC2 Instance State-change Notification",
    ),
    ("eventbridge-ping", "aws.events: Scheduled Event"),
    ("warmup-plugin-ping", "serverless-plugin-warmup"),
];

/// What the function refuses, and the words of the refusal that say what it is.
const REFUSED: [(&str, &str); 2] = [
    ("queue", "of a queue, a stream or a topic"),
    ("websocket-api", "of a WebSocket API"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events")
}

fn event(name: &str) -> String {
    let file = folder().join(name).with_extension("json");
    std::fs::read_to_string(file).expect("the event is there")
}

#[test]
fn every_event_of_the_folder_is_sent() {
    let files = std::fs::read_dir(folder()).expect("the folder");
    let mut found: Vec<_> = files
        .map(|file| file.expect("a file").path())
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    found.sort_unstable();
    let mut known: Vec<_> = ANSWERED
        .iter()
        .map(|(name, _)| *name)
        .chain(QUIET.map(|(name, _)| name))
        .chain(REFUSED.map(|(name, _)| name))
        .collect();
    known.sort_unstable();
    assert_eq!(found, known);
}

#[tokio::test]
async fn every_request_is_answered_as_it_deserves() {
    for mode in ["buffered", "streaming"] {
        let mesh = mcp()
            .set("MESH_INVOKE_MODE", mode)
            .set("MESH_BEARER_SHA256", digest(TOKEN))
            .start()
            .await;
        let mut found = Vec::new();
        for (name, _) in ANSWERED {
            let outcome = mesh
                .function
                .invoke(event(name).as_str(), Options::default())
                .await;
            let status = outcome
                .into_reply()
                .map_or(502, |reply| reply.status.as_u16());
            found.push((name, status));
        }
        assert_eq!(found, ANSWERED, "{mode}\n{}", mesh.log());
    }
}

/// As a door's open route lets it through: without a token, and without a word of the platform's on who asks.
#[tokio::test]
async fn a_client_without_a_token_learns_of_the_issuer_where_there_is_one() {
    let mesh = mcp()
        .set("MESH_RESOURCE", "https://mesh.example.com")
        .set("MESH_JWT_ISSUER", "https://idp.example.com/")
        .start()
        .await;
    let outcome = mesh
        .function
        .invoke(event("http-api-well-known").as_str(), Options::default())
        .await;
    let reply = outcome.into_reply().expect("an answer");
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.json()["resource"], "https://mesh.example.com/rpc");
    let issuers = json!(["https://idp.example.com/"]);
    assert_eq!(reply.json()["authorization_servers"], issuers);
}

#[tokio::test]
async fn what_is_no_json_fails_alone() {
    let mesh = mcp().start().await;
    let outcome = mesh.function.invoke("no JSON", Options::default()).await;
    assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
    assert!(mesh.function.is_alive());
    assert_eq!(mesh.send(&rpc::get("/health?live")).await.status, 200);
    assert_eq!(mesh.values("ColdStart"), [1.0]);
}

#[tokio::test]
async fn an_event_that_the_runtime_panics_at_costs_no_process() {
    for mode in ["buffered", "streaming"] {
        let mesh = mcp().set("MESH_INVOKE_MODE", mode).start().await;
        // No address may be longer than 64 KB, and no platform lets one through.
        let event = rpc::get(&format!("/{}", "a".repeat(70_000))).to_json();
        let outcome = mesh.function.invoke(&event, Options::default()).await;
        let status = outcome
            .into_reply()
            .map_or(502, |reply| reply.status.as_u16());
        assert!(
            status >= 500 && mesh.function.is_alive(),
            "{mode}: {status}"
        );
        let reply = mesh.send(&rpc::get("/health?live")).await;
        assert_eq!(reply.status, 200, "{mode}");
    }
}

#[tokio::test]
async fn an_event_that_is_no_request_is_answered_in_one_line_and_is_no_error() {
    const UNNAMED: [&str; 4] = ["{}", "null", "[1]", r#""text""#];
    for mode in ["buffered", "streaming"] {
        let mesh = mcp().set("MESH_INVOKE_MODE", mode).start().await;
        let named = QUIET.map(|(name, shown)| (event(name), shown));
        let unnamed = UNNAMED.map(|payload| (payload.to_owned(), "unnamed"));
        let sent: Vec<_> = named.into_iter().chain(unnamed).collect();
        for (payload, _) in &sent {
            let outcome = mesh.function.invoke(payload.as_str(), Options::default());
            let reply = outcome.await.into_reply().expect("a reply");
            assert!(!reply.streamed, "{payload}, {mode}");
            assert_eq!(reply.json()["status"], "ignored", "{payload}, {mode}");
        }
        mesh.settled().await;
        let lines = mesh.function.stderr().lines();
        let lines: Vec<Value> = lines
            .iter()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .filter(|line: &Value| line["message"] != "request")
            .collect();
        let found: Vec<_> = lines
            .iter()
            .map(|line| (&line["level"], &line["event"]))
            .collect();
        let info = json!("INFO");
        let names: Vec<_> = sent.iter().map(|(_, shown)| json!(shown)).collect();
        let expected: Vec<_> = names.iter().map(|name| (&info, name)).collect();
        assert_eq!(found, expected, "{mode}");
    }
}

#[tokio::test]
async fn an_event_whose_sender_needs_more_than_an_answer_is_told_what_the_function_takes() {
    let mesh = mcp().start().await;
    for (name, told) in REFUSED {
        let payload = event(name);
        let outcome = mesh
            .function
            .invoke(payload.as_str(), Options::default())
            .await;
        let Outcome::Failed(failure) = outcome else {
            panic!("{name}: {outcome:?}");
        };
        let failure = format!("{failure:?}");
        assert!(
            failure.contains("HTTP requests of Function URLs"),
            "{failure}"
        );
        assert!(failure.contains(told), "{failure}");
    }
}

#[tokio::test]
async fn a_signature_that_a_rest_api_has_checked_is_a_principal() {
    let mesh = mcp().start().await;
    let payload = event("rest-api-iam");
    let reply = mesh
        .function
        .invoke(payload.as_str(), named("by-rest"))
        .await;
    assert_eq!(reply.into_reply().expect("a reply").json()["id"], 7);
    let line = mesh.line("by-rest").await;
    assert_eq!(
        (&line["caller"], &line["path"]),
        (&json!(AGENTS), &json!("/rpc"))
    );
}

#[tokio::test]
async fn what_cannot_be_read_of_a_request_is_refused_in_the_form_of_its_route() {
    let mesh = mcp().start().await;
    let reply = async |name| {
        let payload = event(name);
        let invoked = mesh.function.invoke(payload.as_str(), Options::default());
        invoked.await.into_reply().expect("a reply")
    };
    let body = reply("url-broken-base64").await.json();
    assert_eq!(
        (&body["jsonrpc"], &body["error"]["code"]),
        (&json!("2.0"), &json!(-32600))
    );
    let host = reply("url-broken-host").await.json();
    assert_eq!(host["error"], "bad_request", "{host}");
}
