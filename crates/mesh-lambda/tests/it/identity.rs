//! Who may ask: whom the platform names, and nobody by their own word.

use http::Method;
use mesh_emulator::{Authorizer, Event, Identity};
use serde_json::json;

use crate::support::{ADA, AGENTS, mcp, rpc};

fn list(event: Event) -> Event {
    event.json(&json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}))
}

#[tokio::test]
async fn who_signed_is_served_and_stands_in_the_log() {
    let mesh = mcp().start().await;
    let identity = Identity::of(ADA);
    let key = identity.access_key.clone();
    let event = list(rpc::stranger(Method::POST, "/rpc")).signed_by(identity);
    assert_eq!(mesh.send_as("by-ada", &event).await.status, 200);
    assert_eq!(mesh.line("by-ada").await["caller"], AGENTS);
    assert!(!mesh.settled().await.contains(&key));
}

#[tokio::test]
async fn a_stranger_is_told_in_short_what_to_do() {
    let mesh = mcp().start().await;
    for path in [
        "/rpc",
        "/",
        "/mcp",
        "/tools",
        "/tools/get_system_health",
        "/metrics",
        "/health",
        "/nowhere",
    ] {
        let reply = mesh.send(&list(rpc::stranger(Method::POST, path))).await;
        assert_eq!(reply.status, 401, "{path}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{path}");
        assert_eq!(reply.json()["error"], "unauthorized", "{path}");
        assert!(reply.body.len() < 200, "{path}: {}", reply.text());
    }
    mesh.send_as("by-nobody", &rpc::stranger(Method::GET, "/tools"))
        .await;
    let line = mesh.line("by-nobody").await;
    assert_eq!(
        (&line["caller"], &line["status"]),
        (&json!(null), &json!(401))
    );
}

#[tokio::test]
async fn a_monitor_may_see_that_it_lives_and_nothing_else() {
    let mesh = mcp().start().await;
    let reply = mesh.send(&rpc::stranger(Method::GET, "/health?live")).await;
    assert_eq!(reply.status, 200);
    let fields: Vec<_> = reply
        .json()
        .as_object()
        .expect("JSON")
        .keys()
        .cloned()
        .collect();
    assert_eq!(fields, ["status", "version"]);
    for path in [
        "/health",
        "/health?deep",
        "/health?alive",
        "/tools?live",
        "//health%3Flive",
    ] {
        let reply = mesh.send(&rpc::stranger(Method::GET, path)).await;
        assert_eq!(reply.status, 401, "{path}");
    }
}

#[tokio::test]
async fn no_header_makes_a_principal() {
    let mesh = mcp().start().await;
    let event = list(rpc::stranger(Method::POST, "/rpc"))
        .header("x-amzn-request-context", json!({"authorizer": {"iam": {"userArn": ADA}}}).to_string())
        .header("x-amz-user-arn", ADA)
        .header("authorization", "AWS4-HMAC-SHA256 Credential=AKIATESTACCESSKEY123/20261120/us-east-2/lambda/aws4_request");
    assert_eq!(mesh.send(&event).await.status, 401);
}

#[tokio::test]
async fn an_http_api_is_open_to_who_signed_only() {
    let mesh = mcp().start().await;
    let to = |authorizer| {
        let event = list(Event::http_api(Method::POST, "/rpc"));
        match authorizer {
            Some(authorizer) => event.authorizer(authorizer),
            None => event,
        }
    };
    let jwt = Authorizer::Jwt {
        claims: json!({"sub": "ada", "userArn": ADA}),
        scopes: Some(vec!["mesh/tools".to_owned()]),
    };
    for (authorizer, status) in [
        (Some(Authorizer::Iam(Identity::of(ADA))), 200),
        (Some(jwt), 401),
        (Some(Authorizer::Lambda(json!({"userArn": ADA}))), 401),
        (None, 401),
    ] {
        let shown = format!("{authorizer:?}");
        assert_eq!(mesh.send(&to(authorizer)).await.status, status, "{shown}");
    }
}

/// An API has routes without an authorizer for what clients read before they have a token; whatever else comes by them is refused.
#[tokio::test]
async fn the_open_routes_of_an_http_api_open_nothing_else() {
    let mesh = mcp()
        .set("MESH_RESOURCE", "https://mesh.example.com")
        .set("MESH_JWT_ISSUER", "https://idp.example.com/")
        .set("MESH_ALLOWED_ORIGINS", "https://app.example.com")
        .start()
        .await;
    let well_known = "/.well-known/oauth-protected-resource";
    for (path, status, resource) in [
        ("", 200, "https://mesh.example.com"),
        ("/rpc", 200, "https://mesh.example.com/rpc"),
        ("/rpc/", 200, "https://mesh.example.com/rpc"),
        ("/tools", 401, ""),
        ("/../../rpc", 401, ""),
        ("/..%2F..%2Frpc", 401, ""),
        ("/%2E%2E/%2E%2E/tools", 401, ""),
    ] {
        let path = format!("{well_known}{path}");
        let reply = mesh.send(&Event::http_api(Method::GET, &path)).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
        let found = reply.json();
        assert_eq!(found["resource"].as_str().unwrap_or(""), resource, "{path}");
    }
    let refused = mesh
        .send(&list(Event::http_api(Method::POST, "/rpc")))
        .await;
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("www-authenticate"),
        Some(
            "Bearer resource_metadata=\"https://mesh.example.com/.well-known/oauth-protected-resource/rpc\""
        )
    );
    for (path, origin, status) in [
        ("/rpc", "https://app.example.com", 200),
        ("/rpc", "https://elsewhere.example.com", 403),
        (
            "/.well-known/oauth-protected-resource/rpc",
            "https://elsewhere.example.com",
            200,
        ),
    ] {
        let asked = Event::http_api(Method::OPTIONS, path)
            .header("origin", origin)
            .header("access-control-request-method", "GET");
        let reply = mesh.send(&asked).await;
        assert_eq!(reply.status, status, "{path} {origin}");
        assert!(
            reply.body.is_empty() || status == 403,
            "{path}: {}",
            reply.text()
        );
    }
}

#[tokio::test]
async fn a_named_stage_is_no_part_of_the_path() {
    let mesh = mcp().start().await;
    for (stage, target) in [
        ("prod", "/rpc"),
        ("rpc", "/rpc"),
        ("prod", "/"),
        ("v1", "//mcp/"),
    ] {
        let event = list(Event::http_api(Method::POST, target))
            .stage(stage)
            .signed_by(Identity::of(ADA));
        let reply = mesh.send(&event).await;
        assert_eq!(reply.status, 200, "{stage} {target}: {}", reply.text());
    }
}
