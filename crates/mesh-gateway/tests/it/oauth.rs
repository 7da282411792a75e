//! Tokens for ourselves: asked for once, used until they are refused, and shown to nobody.

use std::path::Path;

use mesh_gateway::{Gateway, source};
use serde_json::json;

use crate::http::Server;
use crate::support::{ring, soon, world};

fn gateway(server: &Server, secret: &str) -> Gateway {
    let oauth = json!({"tokenUrl": server.token_url(), "clientId": "id", "clientSecret": secret, "scope": "mcp:read"});
    let entry = json!({"type": "http", "url": server.url(), "mesh": {"oauth": oauth}});
    let text = json!({"mcpServers": {"bell": entry}}).to_string();
    let read = source::read(Path::new("mcp.json"), &text);
    assert_eq!(read.faults, []);
    Gateway::new(read.entries, &world(), 48)
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_again_when_it_is_refused() {
    let server = Server::start(false);
    server.expire();
    let gateway = gateway(&server, "s:cret");
    gateway.known(soon()).await;
    for _ in 0..3 {
        assert_eq!(ring(&gateway, "bell").await, Ok("rung".to_owned()));
    }
    let resource = "http%3A%2F%2F127.0.0.1%3A";
    let forms = server.forms();
    assert_eq!(forms.len(), 1, "{forms:?}");
    let begins = format!("grant_type=client_credentials&resource={resource}");
    assert!(forms[0].starts_with(&begins), "{forms:?}");
    assert!(forms[0].ends_with("%2Fmcp&scope=mcp%3Aread"), "{forms:?}");
    server.expire();
    assert_eq!(ring(&gateway, "bell").await, Ok("rung".to_owned()));
    assert_eq!(server.forms().len(), 2);
    gateway.end().await;
}

#[tokio::test]
async fn a_token_that_many_calls_find_refused_is_one_fault_that_is_mended() {
    let server = Server::start(false);
    server.expire();
    let gateway = gateway(&server, "s:cret");
    gateway.known(soon()).await;
    server.expire();
    let rung = futures::future::join_all((0..8).map(|_| ring(&gateway, "bell"))).await;
    assert_eq!(rung, vec![Ok("rung".to_owned()); 8]);
    assert_eq!(ring(&gateway, "bell").await, Ok("rung".to_owned()));
    assert_eq!(gateway.stats()[0].fault.as_ref().map(|_| ()), None);
    gateway.end().await;
}

#[tokio::test]
async fn why_there_is_no_token_is_told_without_the_secret() {
    let server = Server::start(false);
    server.expire();
    let gateway = gateway(&server, "wrong-secret");
    gateway.known(soon()).await;
    let (_, fault) = gateway.stats().remove(0).fault.expect("a fault");
    let told = fault.to_string();
    assert_eq!(
        told,
        "there is no token for it: its token endpoint answered HTTP 401"
    );
    assert!(!format!("{gateway:?}").contains("wrong-secret"));
}

#[test]
fn a_token_beside_another_or_for_a_process_is_a_contradiction() {
    let oauth =
        json!({"tokenUrl": "https://id.example.com/token", "clientId": "a", "clientSecret": "b"});
    for mut entry in [
        json!({"command": "server"}),
        json!({"url": "https://x.example.com", "headers": {"authorization": "Bearer x"}}),
    ] {
        entry["mesh"] = json!({"oauth": oauth});
        let text = json!({"mcpServers": {"bell": entry}}).to_string();
        let read = source::read(Path::new("mcp.json"), &text);
        assert_eq!(read.entries, []);
        let told = read.faults[0].to_string();
        assert!(told.contains("leave one of them out"), "{told}");
    }
}

#[test]
fn what_is_missing_or_strange_is_told() {
    let text = r#"{"mcpServers": {"bell": {"url": "https://x.example.com", "mesh": {"oauth": {"clientId": "a", "secret": "b"}}}}}"#;
    let read = source::read(Path::new("mcp.json"), text);
    let told: Vec<String> = read.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "mcp.json:1: mcpServers.bell.mesh.oauth.secret: this is nothing of `oauth`: `tokenUrl`, `clientId`, `clientSecret` and \
             `scope` are",
            "mcp.json:1: mcpServers.bell.mesh.oauth: this needs `tokenUrl`, `clientId` and `clientSecret`",
        ]
    );
}
