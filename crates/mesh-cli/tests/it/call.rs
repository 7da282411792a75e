use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::support::fake::{self, Asked};
use crate::support::{mesh, ran, run, unread};

#[test]
fn a_modern_server_is_called_without_an_opening() {
    let asked = Asked::default();
    let url = fake::modern(asked.clone());
    let called = run(&["call", &url, "echo", "{\"word\": \"yes\"}"]);
    assert_eq!(
        (called.code, called.stdout.as_str()),
        (0, "word: yes\n"),
        "{called:?}"
    );
    assert_eq!(asked.list(), ["server/discover", "tools/call"]);
}

#[test]
fn what_a_function_is_told_by_the_same_variables_keeps_no_command_from_its_work() {
    let beside = |arguments: &[&str]| {
        let mut command = mesh(arguments);
        let output = command.env("MESH_STATE_TABLE", "the-state").output();
        ran(output.expect("the command starts"))
    };
    let url = fake::modern(Asked::default());
    let called = beside(&["call", &url, "echo", "{\"word\": \"yes\"}"]);
    assert_eq!(called.code, 0, "{called:?}");
    let served = beside(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(served.code, 64, "{served:?}");
    assert!(served.stderr.contains("`MESH_STATE`"), "{served:?}");
}

#[test]
fn a_server_with_sessions_is_opened_called_and_left() {
    let asked = Asked::default();
    let url = fake::legacy(asked.clone());
    let called = run(&["call", &url, "echo", "{\"word\": \"yes\"}"]);
    assert_eq!(
        (called.code, called.stdout.as_str()),
        (0, "word: yes\n"),
        "{called:?}"
    );
    let expected = [
        "server/discover",
        "initialize",
        "notifications/initialized",
        "tools/call",
        "DELETE",
    ];
    assert_eq!(asked.list(), expected);
}

#[test]
fn an_answer_is_shown_though_the_server_does_not_answer_the_end_of_the_session() {
    let url = fake::legacy_that_lets_nobody_go(Asked::default());
    let called = run(&["call", &url, "echo", "{\"word\": \"yes\"}"]);
    assert_eq!(
        (called.code, called.stdout.as_str()),
        (0, "word: yes\n"),
        "{called:?}"
    );
}

#[test]
fn a_server_of_the_first_revision_is_called_over_its_stream_and_its_ping_answered() {
    let asked = Asked::default();
    let url = fake::event_stream(asked.clone(), "/messages?session=1");
    let called = run(&["call", &url, "echo", "{\"word\": \"yes\"}"]);
    assert_eq!(
        (called.code, called.stdout.as_str()),
        (0, "word: yes\n"),
        "{called:?}"
    );
    assert_eq!(
        asked.list(),
        [
            "initialize",
            "notifications/initialized",
            "tools/call",
            "answer"
        ]
    );
}

#[test]
fn an_era_can_be_insisted_on() {
    let asked = Asked::default();
    let url = fake::legacy(asked.clone());
    let refused = run(&["call", &url, "echo", "--era", "modern"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert_eq!(asked.list(), ["server/discover"]);
}

#[test]
fn arguments_that_belong_into_headers_are_put_there_when_the_server_misses_them() {
    let asked = Asked::default();
    let url = fake::modern(asked.clone());
    let called = run(&["call", &url, "regional", "{\"region\": \"eu\"}"]);
    assert_eq!(
        (called.code, called.stdout.as_str()),
        (0, "region: eu\n"),
        "{called:?}"
    );
    let expected = [
        "server/discover",
        "tools/call",
        "tools/list",
        "tools/list",
        "tools/call",
    ];
    assert_eq!(asked.list(), expected);
}

#[test]
fn without_a_tool_all_pages_of_tools_are_listed() {
    let url = fake::modern(Asked::default());
    assert_eq!(
        run(&["call", &url]).stdout,
        "echo      Says it again.\nregional\n          [region]\n"
    );
    let listed: Value = serde_json::from_str(&run(&["call", &url, "--json"]).stdout).expect("JSON");
    assert_eq!(listed["tools"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_tool_that_fails_is_status_2_with_its_words_on_stdout() {
    let url = fake::modern(Asked::default());
    let failed = run(&["call", &url, "fail", "{\"why\": \"no\"}"]);
    assert_eq!((failed.code, failed.stdout.as_str()), (2, "why: no\n"));
    assert_eq!(failed.stderr, "error: `fail` reported an error\n");
    assert_eq!(unread(&["call", &url, "fail"]).code, 2);
    let raw = run(&["call", &url, "fail", "--json"]);
    let result: Value = serde_json::from_str(&raw.stdout).expect("JSON");
    assert_eq!((raw.code, &result["isError"]), (2, &Value::Bool(true)));
}

#[test]
fn a_tool_that_asks_back_is_no_success() {
    let url = fake::modern(Asked::default());
    let asked_back = run(&["call", &url, "ask"]);
    assert_eq!(asked_back.code, 1);
    assert!(
        asked_back.stderr.contains("asks for more"),
        "{asked_back:?}"
    );
}

#[test]
fn arguments_come_from_stdin_or_a_file_too() {
    let url = fake::modern(Asked::default());
    let mut command = mesh(&["call", &url, "echo", "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"{\"from\": \"stdin\"}").expect("it reads");
    drop(stdin);
    let called = ran(child.wait_with_output().expect("an end"));
    assert_eq!(called.stdout, "from: stdin\n", "{called:?}");

    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "{\"from\": \"file\"}").expect("a file");
    let given = format!("@{}", file.path().display());
    assert_eq!(run(&["call", &url, "echo", &given]).stdout, "from: file\n");
}

#[test]
fn arguments_that_are_neither_an_object_nor_pairs_are_wrong_usage() {
    let url = fake::nobody();
    for (arguments, told) in [
        ("[1]", "error: the arguments must be a JSON object"),
        ("{", "error: the arguments must be a JSON object"),
        (
            "word",
            "error: `word` is no argument: write NAME=VALUE, such as query='word'",
        ),
    ] {
        let refused = run(&["call", &url, "echo", arguments]);
        assert_eq!(refused.code, 64);
        assert!(refused.stderr.starts_with(told), "{refused:?}");
    }
}

#[test]
fn arguments_as_pairs_are_what_the_schema_says_they_are() {
    let url = fake::modern(Asked::default());
    let called = run(&["call", &url, "regional", "region=eu"]);
    assert_eq!((called.code, called.stdout.as_str()), (0, "region: eu\n"));
    let refused = run(&["call", &url, "regional", "regoin=eu"]);
    assert_eq!(
        (refused.code, refused.stderr.as_str()),
        (
            64,
            "error: there is no argument `regoin`; there are region\n"
        )
    );
    let unknown = run(&["call", &url, "ehco", "word=yes"]);
    assert_eq!(
        (unknown.code, unknown.stderr.as_str()),
        (
            1,
            "error: the server has no tool `ehco`; it has echo, regional\n"
        )
    );
}

#[test]
fn a_tool_explains_itself_and_without_one_the_command_does() {
    let url = fake::modern(Asked::default());
    let told = run(&["call", &url, "regional", "--help"]);
    assert_eq!(
        (told.code, told.stdout.as_str()),
        (0, "regional\n\nArguments:\n  region (string)\n")
    );
    assert!(run(&["call", "-h"]).stdout.contains("Usage: mesh call"));
    for help in [&["call", "-h"][..], &["--help"]] {
        assert_eq!(unread(help).code, 0);
    }
}

#[test]
fn a_resource_is_read() {
    for url in [
        fake::modern(Asked::default()),
        fake::legacy(Asked::default()),
    ] {
        let read = run(&["read", &url, "notes://one"]);
        assert_eq!(
            (read.code, read.stdout.as_str()),
            (0, "text of notes://one\n[notes://two image/png]\n"),
            "{read:?}"
        );
        let raw = run(&["read", &url, "notes://one", "--json"]);
        let result: Value = serde_json::from_str(&raw.stdout).expect("JSON");
        assert_eq!(result["contents"][0]["uri"], "notes://one");
    }
}
