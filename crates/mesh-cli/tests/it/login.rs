//! Servers behind this one that want a person to log in, which nobody does here.

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde_json::json;

use crate::support::server::Server;
use crate::support::{Ran, fake, mesh, ran, text};

const TOLD: &str =
    "it needs a person's login, which is not supported; use a token or client credentials";

/// Lets nobody in, and says where a person is let in, as the authorization of MCP has it.
fn closed() -> String {
    let answer = || async {
        let challenge = r#"Bearer error="invalid_token", resource_metadata="https://id.example.com/.well-known/x""#;
        (
            StatusCode::UNAUTHORIZED,
            [("www-authenticate", challenge)],
            "",
        )
            .into_response()
    };
    fake::serve(Router::new().fallback(answer))
}

fn upstream(work: &str, file: &std::path::Path) -> Ran {
    let command = mesh(&["upstream", work, "--upstreams", text(file)]).output();
    ran(command.expect("starts"))
}

#[test]
fn a_server_that_wants_a_login_is_named_and_one_that_refuses_a_token_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mcp.json");
    let url = closed();
    let servers = json!({
        "person": {"url": format!("{url}/mcp")},
        "events": {"type": "sse", "url": format!("{url}/sse")},
        "token": {"url": format!("{url}/mcp"), "headers": {"Authorization": "Bearer wrong"}},
        "gone": {"url": fake::nobody()},
    });
    std::fs::write(&file, json!({"mcpServers": servers}).to_string()).expect("written");
    let listed = upstream("list", &file);
    for line in listed.stdout.lines() {
        let is_closed = line.starts_with("person: ") || line.starts_with("events: ");
        assert_eq!(line.contains(TOLD), is_closed, "{line}");
    }
    assert_eq!(listed.stdout.lines().count(), 4, "{listed:?}");
    let checked = upstream("check", &file).stdout;
    let told = |line: String| assert!(checked.lines().any(|told| told == line), "{checked}");
    told(format!("person: does not work: {TOLD}"));
    told("token: does not work: it refuses our credentials (401)".to_owned());
    let server = Server::start(&["--upstreams", text(&file)], &[("MESH_LOCK", "off")]);
    let called = mesh(&["call", &server.url, "person__anything"]).output();
    let called = ran(called.expect("starts"));
    let told = format!("`person` is down: {TOLD}");
    assert!(called.stdout.contains(&told), "{called:?}");
}
