use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect};
use axum::routing::{any, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::support::fake::{self, Asked};
use crate::support::{Ran, mesh, ran, run};

/// What a person reads when a call fails.
fn told(failed: &Ran) -> &str {
    assert_eq!((failed.code, failed.stdout.as_str()), (1, ""), "{failed:?}");
    failed.stderr.trim_end()
}

#[test]
fn nobody_there_asks_whether_the_server_runs() {
    let url = fake::nobody();
    let failed = run(&["call", &url, "echo"]);
    let sentence = told(&failed);
    assert!(
        sentence.starts_with(&format!("error: cannot reach `{url}/`: ")),
        "{sentence}"
    );
    assert!(
        sentence.ends_with("; is `mesh serve` running?"),
        "{sentence}"
    );
}

#[test]
fn a_server_that_does_not_encrypt_is_not_reached_over_https() {
    let url = fake::modern(Asked::default()).replace("http:", "https:");
    let failed = run(&["call", &url, "echo"]);
    let sentence = told(&failed);
    assert!(
        sentence.starts_with(&format!("error: cannot reach `{url}/`: ")),
        "{sentence}"
    );
    assert!(!sentence.contains("mesh serve"), "{sentence}");
}

#[test]
fn a_missing_and_a_wrong_token_are_told_apart() {
    async fn guarded(headers: HeaderMap) -> StatusCode {
        match headers.get(header::AUTHORIZATION) {
            Some(sent) if sent == "Bearer right" => StatusCode::NOT_FOUND,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
    let url = fake::serve(Router::new().route("/", any(guarded)));
    let with = |token: &str| {
        let mut command = mesh(&["call", &url, "echo"]);
        command.env("MESH_BEARER", token);
        ran(command.output().expect("the command starts"))
    };
    assert_eq!(
        told(&run(&["call", &url, "echo"])),
        format!("error: `{url}/` wants a token: put it into `MESH_BEARER`")
    );
    assert_eq!(
        told(&with("wrong")),
        format!("error: `{url}/` does not accept the token in `MESH_BEARER`")
    );
    assert_eq!(
        told(&with("right")),
        "error: the server answered 404 Not Found: no reason given"
    );
}

#[test]
fn answers_that_are_not_mcp_are_told_as_what_they_are() {
    let url = fake::serve(
        Router::new()
            .route("/page", any(async || Html("<!doctype html><p>hello")))
            .route(
                "/closed",
                any(async || (StatusCode::FORBIDDEN, "not from here")),
            )
            .route(
                "/moved",
                any(async || Redirect::temporary("https://mesh.example.com/rpc")),
            )
            .route(
                "/broken",
                any(async || (StatusCode::BAD_GATEWAY, Html("<h1>Bad gateway"))),
            )
            .route(
                "/cut",
                post(async || fake::events("data: {\"jsonrpc\"".to_owned()).into_response()),
            ),
    );
    for (path, sentence) in [
        (
            "page",
            "error: the answer is a web page, not MCP: is the path of the address right".to_owned(),
        ),
        (
            "closed",
            format!("error: `{url}/closed` lets this caller do nothing here (403): not from here"),
        ),
        (
            "moved",
            format!("error: `{url}/moved` has moved: call `https://mesh.example.com/rpc` instead"),
        ),
        (
            "broken",
            "error: the server answered 502 Bad Gateway: a web page".to_owned(),
        ),
        (
            "cut",
            "error: the answer broke off: the stream ended without the answer".to_owned(),
        ),
        (
            "nowhere",
            "error: the server answered 404 Not Found: no reason given".to_owned(),
        ),
    ] {
        let failed = run(&["call", &format!("{url}/{path}"), "echo"]);
        assert!(told(&failed).starts_with(&sentence), "{failed:?}");
    }
}

#[test]
fn a_server_that_hangs_is_waited_for_as_long_as_said() {
    let hang = async || std::future::pending::<StatusCode>().await;
    let url = fake::serve(Router::new().route("/", any(hang)));
    let failed = run(&["call", &url, "echo", "--timeout", "1"]);
    assert_eq!(
        told(&failed),
        "error: no answer within 1 s: allow more with `--timeout`"
    );
}

#[test]
fn a_stream_that_sends_callers_to_another_server_is_not_followed() {
    let url = fake::event_stream(Asked::default(), "http://198.51.100.1/messages");
    let failed = run(&["call", &url, "echo", "--era", "legacy"]);
    assert!(
        told(&failed).contains("which is another server"),
        "{failed:?}"
    );
}

#[test]
fn an_unknown_tool_is_refused_in_the_servers_words() {
    let url = fake::legacy(Asked::default());
    let failed = run(&["call", &url]);
    assert_eq!(
        told(&failed),
        "error: the server refused: Method not found (-32601)"
    );
}

#[test]
fn a_list_of_tools_that_does_not_end_is_given_up() {
    let answer = async |Json(body): Json<Value>| {
        let answer = match body["method"].as_str() {
            Some("tools/list") => ("result", json!({"tools": [], "nextCursor": "again"})),
            Some("tools/call") => ("error", json!({"code": -32020, "message": "a header"})),
            _ => ("result", json!({"supportedVersions": ["2026-07-28"]})),
        };
        Json(json!({"jsonrpc": "2.0", "id": body["id"], (answer.0): answer.1}))
    };
    let url = fake::serve(Router::new().route("/", post(answer)));
    for arguments in [&["call", &url][..], &["call", &url, "echo"]] {
        let failed = run(arguments);
        assert_eq!(told(&failed), "error: the list of tools does not end");
    }
}

#[test]
fn an_answer_to_another_request_is_refused() {
    let answer = async |Json(body): Json<Value>| {
        let result = json!({"supportedVersions": ["2026-07-28"], "content": [{"type": "text", "text": "late"}]});
        let id = match body["method"].as_str() {
            Some("tools/call") => json!(1),
            _ => body["id"].clone(),
        };
        Json(json!({"jsonrpc": "2.0", "id": id, "result": result}))
    };
    let url = fake::serve(Router::new().route("/", post(answer)));
    let failed = run(&["call", &url, "echo", "{}"]);
    assert_eq!(
        told(&failed),
        "error: the server answered another request than the one that was sent; the tool may have run all the same"
    );
}

#[test]
fn a_token_is_not_sent_in_the_clear_unless_told() {
    let url = fake::modern(Asked::default());
    // Every address of this machine, and no loopback by its name.
    let url = url.replace("127.0.0.1", "0.0.0.0");
    let with_token = |arguments: &[&str]| {
        let mut command = mesh(arguments);
        command.env("MESH_BEARER", "hush");
        ran(command.output().expect("the command starts"))
    };
    for arguments in [
        ["call", &url, "echo", "{}"].as_slice(),
        &["read", &url, "notes://one"],
        &["verify", &url, "--no-aws"],
    ] {
        let refused = with_token(arguments);
        assert_eq!(
            (refused.code, refused.stdout.as_str()),
            (64, ""),
            "{refused:?}"
        );
        assert!(refused.stderr.contains("is not encrypted"), "{refused:?}");
        assert!(refused.stderr.contains("--allow-plain-http"), "{refused:?}");
        assert!(!refused.stderr.contains("hush"), "{refused:?}");
    }
    let called = with_token(&["call", &url, "echo", "{\"a\": \"b\"}", "--allow-plain-http"]);
    assert_eq!(
        (called.code, called.stdout.as_str()),
        (0, "a: b\n"),
        "{called:?}"
    );
}
