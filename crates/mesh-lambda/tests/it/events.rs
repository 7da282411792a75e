//! Events as the platform makes them, from a folder: each is answered, and as it deserves.

use std::path::{Path, PathBuf};

use mesh_emulator::{Options, Outcome};

use crate::support::{TOKEN, digest, mcp, rpc};

/// What each is answered with. `ADA` signed where nothing else is said, and the server has a token.
const ANSWERED: [(&str, u16); 32] = [
    ("http-api-bearer", 200),
    ("http-api-decoded-path", 404),
    ("http-api-iam", 200),
    ("http-api-jwt", 200),
    ("http-api-lambda-authorizer", 401),
    ("http-api-named-stage", 200),
    ("http-api-named-stage-of-a-tool", 200),
    ("url-base64-body", 200),
    ("url-bearer", 200),
    ("url-broken-encoding", 404),
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

/// What keeps the function warm: it asks for nothing.
const WARMING: [&str; 2] = ["eventbridge-ping", "warmup-plugin-ping"];

/// What the function does not take, and the word of the refusal that says what it is.
const FOREIGN: [(&str, &str); 3] = [
    ("console-test", "Function URLs"),
    ("load-balancer", "of a load balancer"),
    ("rest-api", "of a REST API"),
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
        .chain(WARMING)
        .chain(FOREIGN.map(|(name, _)| name))
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

#[tokio::test]
async fn what_is_no_request_fails_alone() {
    let mesh = mcp().start().await;
    for payload in ["{}", "null", "[1]", "no JSON"] {
        let outcome = mesh.function.invoke(payload, Options::default()).await;
        assert!(
            matches!(outcome, Outcome::Failed(_)),
            "{payload}: {outcome:?}"
        );
        assert!(mesh.function.is_alive());
    }
    assert_eq!(mesh.send(&rpc::get("/health?live")).await.status, 200);
    assert_eq!(mesh.values("ColdStart"), [1.0]);
}

#[tokio::test]
async fn a_rule_that_keeps_the_function_warm_is_no_fault() {
    for mode in ["buffered", "streaming"] {
        let mesh = mcp()
            .set("MESH_INVOKE_MODE", mode)
            .set("MESH_BEARER_SHA256", digest(TOKEN))
            .start()
            .await;
        for name in WARMING {
            let payload = event(name);
            let outcome = mesh
                .function
                .invoke(payload.as_str(), Options::default())
                .await;
            let reply = outcome.into_reply().expect("a reply");
            assert_eq!(reply.status, 200, "{name}, {mode}");
        }
    }
}

#[tokio::test]
async fn an_event_of_another_kind_is_told_what_the_function_takes() {
    let mesh = mcp().start().await;
    for (name, told) in FOREIGN {
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
            failure.contains("Function URLs and of HTTP APIs with payload format 2.0"),
            "{failure}"
        );
        assert!(failure.contains(told), "{failure}");
        assert!(!failure.contains("Elastic Load Balancer"), "{failure}");
    }
}
