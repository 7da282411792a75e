//! Servers behind this one that are behind IAM: every request to them is signed, and what is altered on the way is refused.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::guarded::{Guarded, Seen};
use crate::support::server::Server;
use crate::support::{Ran, mesh, ran, text};

/// A folder with a file of servers, and one of credentials.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new(servers: &Value, key: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Self { folder };
        let written = json!({"mcpServers": servers}).to_string();
        std::fs::write(files.path("mcp.json"), written).expect("written");
        files.rotate(key);
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// None where the key is empty.
    fn rotate(&self, key: &str) {
        let profile = match key {
            "" => String::new(),
            key => format!(
                "[default]\naws_access_key_id = {key}\naws_secret_access_key = secret-of-{key}\n"
            ),
        };
        std::fs::write(self.path("credentials"), profile).expect("written");
    }

    fn serve(&self) -> Server {
        let (servers, credentials) = (self.path("mcp.json"), self.path("credentials"));
        let variables = [
            ("AWS_SHARED_CREDENTIALS_FILE", text(&credentials)),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("MESH_LOCK", "off"),
        ];
        Server::start(&["--upstreams", text(&servers)], &variables)
    }
}

fn entry(guarded: &Guarded, path: &str, kind: &str) -> Value {
    let sign = json!({"service": "lambda", "region": "eu-west-1"});
    json!({"type": kind, "url": format!("{}{path}", guarded.url), "mesh": {"sign": sign}})
}

fn ring(server: &Server, upstream: &str) -> Ran {
    let tool = format!("{upstream}__ring");
    ran(mesh(&["call", &server.url, &tool])
        .output()
        .expect("starts"))
}

#[track_caller]
fn all_are_let_in(seen: &[Seen]) -> Vec<String> {
    for one in seen {
        assert_eq!(one.flaw, None, "{}", one.line());
    }
    seen.iter().map(Seen::line).collect()
}

#[test]
fn every_request_of_streamable_http_is_signed() {
    let guarded = Guarded::start("AKIAFIRST");
    let files = Files::new(
        &json!({"bell": entry(&guarded, "/moved", "http")}),
        "AKIAFIRST",
    );
    let server = files.serve();
    let rung = ring(&server, "bell");
    assert!(rung.stdout.contains("rung"), "{rung:?}");
    let mut lines = all_are_let_in(&guarded.until("GET /mcp"));
    server.signal("TERM");
    assert_eq!(server.ended().0, Some(0));
    lines.extend(all_are_let_in(&guarded.until("DELETE /mcp")));
    for line in ["POST /moved", "POST /mcp", "GET /mcp", "DELETE /mcp"] {
        assert!(lines.iter().any(|seen| seen == line), "{line}: {lines:?}");
    }
}

#[test]
fn every_request_of_http_and_sse_is_signed() {
    let guarded = Guarded::start("AKIAFIRST");
    let files = Files::new(
        &json!({"bell": entry(&guarded, "/sse", "sse")}),
        "AKIAFIRST",
    );
    let server = files.serve();
    let rung = ring(&server, "bell");
    assert!(rung.stdout.contains("rung"), "{rung:?}");
    let lines = all_are_let_in(&guarded.until("POST /messages"));
    assert_eq!(lines, ["GET /sse", "POST /messages"]);
}

#[test]
fn what_is_altered_or_not_signed_is_refused() {
    let guarded = Guarded::start("AKIAFIRST");
    let files = Files::new(
        &json!({"bell": entry(&guarded, "/mcp", "http")}),
        "AKIAFIRST",
    );
    let server = files.serve();
    assert_eq!(ring(&server, "bell").code, 0);
    let seen = guarded.until("POST /mcp");
    let signed = seen.last().expect("one");
    let body = String::from_utf8(signed.body.to_vec()).expect("UTF-8");
    let altered = body.replace("\"2.0\"", "\"2.1\"");
    assert_ne!(altered, body);
    let statuses = [
        replayed(&guarded, signed, &body, |_| true),
        replayed(&guarded, signed, &altered, |_| true),
        replayed(&guarded, signed, &body, |name| name != "authorization"),
        replayed(&guarded, signed, &body, |name| name != "accept"),
    ];
    assert_eq!(statuses, ["200", "403", "403", "403"]);
}

/// Sends it once more, with that body and the headers that are kept.
fn replayed(guarded: &Guarded, seen: &Seen, body: &str, keeps: fn(&str) -> bool) -> String {
    let address = guarded.url.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("it listens");
    let headers = seen.parts.headers.iter();
    let headers = headers.filter(|(name, _)| *name != "content-length" && keeps(name.as_str()));
    let headers: String = headers
        .map(|(name, value)| format!("{name}: {}\r\n", value.to_str().expect("text")))
        .collect();
    let request = format!(
        "POST {} HTTP/1.1\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        seen.parts.uri,
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("is read");
    let status = answer.split(' ').nth(1).expect("a status");
    status.to_owned()
}

#[test]
fn credentials_that_go_on_being_refused_are_told() {
    let guarded = Guarded::start("AKIAFIRST");
    let files = Files::new(
        &json!({"bell": entry(&guarded, "/mcp", "http")}),
        "AKIAFIRST",
    );
    let server = files.serve();
    assert_eq!(ring(&server, "bell").code, 0);
    guarded.rotate("AKIASECOND");
    let refused = ring(&server, "bell");
    assert!(
        refused
            .stdout
            .contains("`bell` needs other credentials: it answered HTTP 403 to those we have"),
        "{refused:?}"
    );
}

#[test]
fn credentials_are_read_anew_when_they_are_refused() {
    let guarded = Guarded::start("AKIAFIRST");
    let files = Files::new(
        &json!({"bell": entry(&guarded, "/mcp", "http")}),
        "AKIAFIRST",
    );
    let server = files.serve();
    assert_eq!(ring(&server, "bell").code, 0);
    guarded.rotate("AKIASECOND");
    files.rotate("AKIASECOND");
    let rung = ring(&server, "bell");
    assert!(rung.stdout.contains("rung"), "{rung:?}");
}

#[test]
fn without_credentials_that_server_is_down_and_no_other() {
    let guarded = Guarded::start("AKIAFIRST");
    let own = json!({"command": env!("CARGO_BIN_EXE_mesh"), "args": ["serve", "--stdio"]});
    let servers = json!({"bell": entry(&guarded, "/mcp", "http"), "own": own});
    let files = Files::new(&servers, "");
    let path = files.path("mcp.json");
    let mut check = mesh(&["upstream", "check", "--upstreams", text(&path)]);
    check.env("AWS_EC2_METADATA_DISABLED", "true");
    let checked = ran(check.output().expect("starts"));
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(
        checked.stdout.contains(
            "bell: does not work: its requests cannot be signed: no credentials were found\n"
        ),
        "{checked:?}"
    );
    assert!(
        checked.stdout.contains("own: MCP 2025-11-25"),
        "{checked:?}"
    );
    let server = files.serve();
    let own = ran(mesh(&["call", &server.url, "own__get_server_capabilities"])
        .output()
        .expect("starts"));
    assert_eq!(own.code, 0, "{own:?}");
}
