use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;

use crate::support::server::Server;
use crate::support::{corpus, fake, mesh, ran, run, text};

/// What the text of a result holds, which clients of every era can read.
fn answer(result: &str) -> Value {
    let result: Value = serde_json::from_str(result).expect("a result");
    let text = result["content"][0]["text"].as_str().expect("a text");
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_served_corpus_answers_in_every_era_and_ends_when_asked() {
    let folder = corpus();
    let server = Server::start(&["--corpus", text(&folder.path().join("corpus"))], &[]);
    let question = "{\"query\": \"who approves a master?\", \"strategy\": \"focused\"}";
    let rpc = format!("{}/rpc", server.url);
    let events = format!("{}/sse", server.url);
    for (url, era) in [(&rpc, "modern"), (&rpc, "legacy"), (&events, "legacy")] {
        let called = run(&[
            "call",
            url,
            "query_aoma_knowledge",
            question,
            "--era",
            era,
            "--json",
        ]);
        assert_eq!(called.code, 0, "{url} {era} {called:?}");
        let answer = answer(&called.stdout);
        assert_eq!(answer["found"], true);
        let path = answer["citations"][0]["path"].as_str().expect("a path");
        assert!(path.ends_with("docs/masters.md#approval"), "{path}");
    }
    server.signal("TERM");
    let (code, log) = server.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopping"), "{log}");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let server = Server::start(&[], &[]);
    let _unfinished = unfinished_request(&server.url);
    server.signal("TERM");
    server.line_with("stopping");
    server.signal("INT");
    assert_eq!(server.ended().0, Some(1));
}

/// A request whose body never comes. The server has begun to read it, as its `100 Continue` says.
fn unfinished_request(url: &str) -> TcpStream {
    let address = url.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("it listens");
    let head = format!(
        "POST /rpc HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\
         Expect: 100-continue\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("it answers");
    assert_eq!(&answer, b"HTTP/1.1 100");
    stream
}

#[test]
fn without_a_corpus_it_says_how_to_make_one_and_serves_the_rest() {
    let server = Server::start(&[], &[]);
    let listed = run(&["call", &server.url]);
    assert!(listed.stdout.contains("get_system_health"), "{listed:?}");
    assert!(
        !listed.stdout.contains("query_aoma_knowledge"),
        "{listed:?}"
    );
    server.signal("INT");
    server.line_with("stopping");
    let missing = run(&["serve", "--corpus", "no/corpus", "--listen", "127.0.0.1:0"]);
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("no/corpus"), "{missing:?}");
}

#[test]
fn a_taken_port_is_told_with_a_way_out() {
    let server = Server::start(&[], &[]);
    let address = server.url.strip_prefix("http://").expect("an address");
    let refused = run(&["serve", "--listen", address]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("give another with `--listen`"),
        "{refused:?}"
    );
}

#[test]
fn neither_a_token_nor_a_question_reaches_the_log() {
    // SHA-256 of `open-sesame`.
    let digest = "d7ecdf25eaf3deba0f2628771dbdd22d4138ab6cf38f91ed02a2ca0dec7c8ab7";
    let folder = corpus();
    let variables = [("MESH_BEARER_SHA256", digest), ("MESH_LOG", "trace")];
    let server = Server::start(
        &["--corpus", text(&folder.path().join("corpus"))],
        &variables,
    );
    let call = |token: &str| {
        let question = "{\"query\": \"zanzibar\"}";
        let mut command = mesh(&["call", &server.url, "query_aoma_knowledge", question]);
        command.env("MESH_BEARER", token);
        ran(command.output().expect("the command starts"))
    };
    assert_eq!(call("open-sesame").code, 0);
    assert!(
        call("wrong-sesame")
            .stderr
            .contains("does not accept the token")
    );
    server.signal("TERM");
    let (code, log) = server.ended();
    assert_eq!(code, Some(0));
    assert!(log.contains("\"level\":\"INFO\""), "{log}");
    for word in ["sesame", "zanzibar", "Bearer "] {
        assert!(!log.contains(word), "{word} in {log}");
    }
}

#[test]
fn secrets_of_the_environment_are_named_by_health_and_shown_nowhere() {
    let server = Server::start(
        &[],
        &[
            ("MESH_SECRETS", "env"),
            ("MESH_OPENAI_URL", "http://127.0.0.1:9/v1"),
            ("OPENAI_API_KEY", "sk-test-0123456789abcdef"),
            ("SUPABASE_SERVICE_ROLE_KEY", "sk-test-too-short"),
        ],
    );
    let health = run(&["call", &server.url, "get_system_health", "--json"]).stdout;
    let health = answer(&health);
    assert_eq!(
        health["services"]["secrets"]["error"],
        "`NEXT_PUBLIC_SUPABASE_URL` is missing; `SUPABASE_SERVICE_ROLE_KEY` must be a key of 20 characters or more"
    );
    server.signal("TERM");
    let (_, log) = server.ended();
    assert!(!log.contains("sk-test"), "{log}");
}

#[test]
fn spans_reach_their_collector_at_the_end_at_the_latest() {
    let exports: Arc<Mutex<Vec<Value>>> = Arc::default();
    let kept = Arc::clone(&exports);
    let collector = fake::serve(Router::new().route(
        "/v1/traces",
        post(async move |Json(export): Json<Value>| kept.lock().expect("unpoisoned").push(export)),
    ));
    let server = Server::start(&[], &[("MESH_OTLP_ENDPOINT", &collector)]);
    let called = run(&["call", &server.url, "get_server_capabilities"]);
    assert_eq!(called.code, 0, "{called:?}");
    server.signal("TERM");
    assert_eq!(server.ended().0, Some(0));
    let exports = exports.lock().expect("unpoisoned");
    let names: Vec<&str> = exports
        .iter()
        .flat_map(|export| {
            export["resourceSpans"][0]["scopeSpans"][0]["spans"]
                .as_array()
                .expect("spans")
        })
        .map(|span| span["name"].as_str().expect("a name"))
        .collect();
    assert!(
        names.contains(&"tools/call get_server_capabilities"),
        "{names:?}"
    );
}

/// Strangers who send request after request, and read nothing.
#[test]
fn liveness_is_answered_at_the_limit_of_file_descriptors() {
    let digest = "d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272";
    let server = Server::with_descriptors(40, &[("MESH_BEARER_SHA256", digest)]);
    let address = server.url.trim_start_matches("http://").to_owned();
    let requests = "GET /tools HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(50);
    let mut strangers = Vec::new();
    for _ in 0..120 {
        let mut stranger = TcpStream::connect(&address).expect("a connection");
        // One that had to leave for another takes no more.
        let _ = stranger.write_all(requests.as_bytes());
        strangers.push(stranger);
    }
    let mut asking = TcpStream::connect(&address).expect("a connection");
    asking
        .set_read_timeout(Some(Duration::from_secs(5)))
        .expect("a timeout");
    let live = "GET /health?live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    asking.write_all(live.as_bytes()).expect("is sent");
    let mut answer = String::new();
    asking
        .read_to_string(&mut answer)
        .expect("an answer in time");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(strangers);
    server.signal("TERM");
    let (code, log) = server.ended();
    assert_eq!(code, Some(0));
    assert!(log.len() < 64 * 1024, "{} bytes of log", log.len());
}
