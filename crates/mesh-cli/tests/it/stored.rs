//! Values of servers behind this one, from the parameter store, where no function asks for them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::fake::nobody;
use crate::support::guarded::Guarded;
use crate::support::parameters::Parameters;
use crate::support::server::Server;
use crate::support::{Ran, mesh, ran, text};

/// Tells `ring` the values that it was started with.
const BELL: &str = r#"
while read -r line; do
  id=$(printf %s "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"ring","inputSchema":{"type":"object"}}]}' ;;
    *'"tools/call"'*) result='{"content":[{"type":"text","text":"'"$TOKEN $SHARED"'"}]}' ;;
    *) continue ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

fn bell(team: Option<&str>) -> Value {
    let env = json!({"TOKEN": "${BELL_TOKEN}", "SHARED": "${BELL_SHARED}"});
    json!({"command": "/bin/sh", "args": ["-c", BELL], "env": env, "mesh": {"team": team}})
}

fn written(folder: &Path, servers: &Value) -> PathBuf {
    let file = folder.join("mcp.json");
    let text = json!({"mcpServers": servers}).to_string();
    std::fs::write(&file, text).expect("written");
    file
}

fn settings(url: &str) -> [(&str, &str); 7] {
    [
        ("MESH_CREDENTIALS", "ssm:/mesh/live/"),
        ("MESH_LOCK", "off"),
        ("PATH", "/usr/bin:/bin"),
        ("AWS_ENDPOINT_URL_SSM", url),
        ("AWS_REGION", "us-east-2"),
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "example-secret"),
    ]
}

fn ring(server: &Server, upstream: &str) -> Ran {
    let tool = format!("{upstream}__ring");
    let called = mesh(&["call", &server.url, &tool]).output();
    ran(called.expect("starts"))
}

#[test]
fn a_team_has_its_own_value_first_and_the_store_is_asked_once() {
    let (parameters, url) = Parameters::start(&[
        ("/mesh/live/teams/legal/BELL_TOKEN", "legal"),
        ("/mesh/live/global/BELL_TOKEN", "everybody"),
        ("/mesh/live/global/BELL_SHARED", "shared"),
    ]);
    let folder = tempfile::tempdir().expect("a folder");
    let servers =
        json!({"bell": bell(Some("legal")), "gong": bell(None), "rest": bell(Some("legal"))});
    let file = written(folder.path(), &servers);
    let server = Server::start(&["--upstreams", text(&file)], &settings(&url));
    for (upstream, told) in [
        ("bell", "legal shared"),
        ("gong", "everybody shared"),
        ("rest", "legal shared"),
    ] {
        let rung = ring(&server, upstream);
        assert_eq!((rung.code, rung.stdout.trim()), (0, told), "{rung:?}");
    }
    let mut asked: Vec<String> = parameters.asked().into_iter().flatten().collect();
    asked.sort();
    assert_eq!(
        asked,
        [
            "/mesh/live/global/BELL_SHARED",
            "/mesh/live/global/BELL_TOKEN",
            "/mesh/live/teams/legal/BELL_SHARED",
            "/mesh/live/teams/legal/BELL_TOKEN",
        ]
    );
}

#[test]
fn what_is_nowhere_is_named_and_that_server_alone_is_down() {
    let (_parameters, url) = Parameters::start(&[("/mesh/live/global/BELL_SHARED", "shared")]);
    let folder = tempfile::tempdir().expect("a folder");
    let own = json!({"command": env!("CARGO_BIN_EXE_mesh"), "args": ["serve", "--stdio"]});
    let file = written(
        folder.path(),
        &json!({"bell": bell(Some("legal")), "own": own}),
    );
    let mut check = mesh(&["upstream", "check", "--upstreams", text(&file)]);
    let checked = ran(check.envs(settings(&url)).output().expect("starts"));
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(
        checked
            .stdout
            .contains("bell: does not work: `BELL_TOKEN` is not set\n"),
        "{checked:?}"
    );
    assert!(
        checked.stdout.contains("own: MCP 2025-11-25"),
        "{checked:?}"
    );
}

#[test]
fn a_store_that_cannot_be_asked_takes_down_who_needs_it_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = json!({"command": env!("CARGO_BIN_EXE_mesh"), "args": ["serve", "--stdio"]});
    let file = written(folder.path(), &json!({"bell": bell(None), "own": own}));
    let nobody = nobody();
    let server = Server::start(&["--upstreams", text(&file)], &settings(&nobody));
    let own = mesh(&["call", &server.url, "own__get_server_capabilities"]).output();
    let own = ran(own.expect("starts"));
    assert_eq!(own.code, 0, "{own:?}");
    let mut check = mesh(&["upstream", "check", "--upstreams", text(&file)]);
    let checked = ran(check.envs(settings(&nobody)).output().expect("starts"));
    assert!(
        checked
            .stdout
            .contains("bell: does not work: its values cannot be read: the parameter store: "),
        "{checked:?}"
    );
}

#[test]
fn a_value_that_is_refused_is_read_anew() {
    let (parameters, url) = Parameters::start(&[("/mesh/live/global/BELL_TOKEN", "old")]);
    let guarded = Guarded::with_token("old");
    let folder = tempfile::tempdir().expect("a folder");
    let headers = json!({"Authorization": "Bearer ${BELL_TOKEN}"});
    let entry = json!({"type": "http", "url": guarded.url, "headers": headers});
    let file = written(folder.path(), &json!({"bell": entry}));
    let server = Server::start(&["--upstreams", text(&file)], &settings(&url));
    assert_eq!(ring(&server, "bell").code, 0);
    guarded.wants("new");
    parameters.put("/mesh/live/global/BELL_TOKEN", "new");
    let rung = ring(&server, "bell");
    assert!(rung.stdout.contains("rung"), "{rung:?}");
}
