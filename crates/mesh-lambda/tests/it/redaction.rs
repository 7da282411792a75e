//! Whatever a client sends, and wherever: nothing of it is written down.

use http::Method;
use mesh_emulator::{Event, Identity, Options};
use serde_json::json;

use crate::support::{ADA, Mesh, Store, VALUES, faulty, mcp, rpc};

/// In the shapes of vendors' keys; none was ever one.
const SECRETS: [&str; 8] = [
    concat!("sk-", "proj-Zk3v9QwX7tYb2NcR5mLd8HsJ4fGa1PeU"),
    concat!("sk_", "7f3a9c1e5b8d2046f7a1c3e5d9b8f6a4c2e0d1b3f5a79"),
    concat!("AKIA", "TESTREDACT0NKEYX"),
    concat!("wJalrXUtnFEMI", "%2FK7MDENG%2FbPxRfiCYTESTREDACT"),
    concat!("AC", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
    concat!(
        "eyJhbGciOiJIUzI1NiJ9",
        ".eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaXNzIjoic3VwYWJhc2UifQ",
        ".dGVzdC1yZWRhY3Rpb24tc2lnbmF0dXJl"
    ),
    concat!("ghp_", "R3dact10nR3dact10nR3dact10nR3dact10n"),
    concat!("xoxb-", "000000000000-redaction-test-token"),
];

/// Every place where a client can put a text.
fn everywhere(secret: &str) -> Vec<Event> {
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let call = |tool: &str, arguments| json!({"jsonrpc": "2.0", "id": secret, "method": "tools/call", "params": {"name": tool, "arguments": arguments}});
    let stranger = |method| rpc::stranger(method, "/rpc").json(&list);
    vec![
        rpc::get(&format!("/{secret}")),
        rpc::get(&format!("/tools/{secret}")),
        rpc::get(&format!("/tools/x/{secret}")),
        rpc::get(&format!("/health/{secret}?live")),
        rpc::post(&format!("/tools/{secret}"), &json!({"token": secret})),
        rpc::get(&format!("/health?live&token={secret}")),
        rpc::get(&format!("/nowhere?{secret}")),
        rpc::post("/rpc", &list).header("xi-api-key", secret),
        rpc::post("/rpc", &list).header("x-api-key", secret),
        rpc::post("/rpc", &list).header("x-request-id", secret),
        rpc::post("/rpc", &list).header("traceparent", secret),
        rpc::post("/rpc", &list).header("user-agent", secret),
        rpc::post("/rpc", &list).header("origin", secret),
        rpc::post("/rpc", &list).header(
            "host",
            format!("{}.example", secret.replace(['%', '_'], "-")),
        ),
        rpc::post("/rpc", &list).header("accept", secret),
        rpc::post("/rpc", &list).header("content-type", secret),
        rpc::post("/rpc", &list).header("content-encoding", secret),
        rpc::post("/rpc", &list).header("mcp-session-id", secret),
        rpc::post("/rpc", &list).header("mcp-protocol-version", secret),
        rpc::modern("tools/list", json!({})).header("mcp-method", secret),
        rpc::post("/rpc", &list).header("cookie", format!("session={secret}")),
        rpc::post("/rpc", &list).header("last-event-id", secret),
        stranger(Method::POST).header("authorization", format!("Bearer {secret}")),
        stranger(Method::POST).header("authorization", secret),
        stranger(Method::DELETE).header("authorization", format!("Basic {secret}")),
        rpc::stranger(Method::POST, "/rpc").body(secret.to_owned()),
        rpc::post("/rpc", &json!(secret)),
        rpc::post(
            "/rpc",
            &json!({"jsonrpc": secret, "id": 1, "method": "tools/list"}),
        ),
        rpc::post(
            "/rpc",
            &json!({"jsonrpc": "2.0", "id": 1, "method": secret}),
        ),
        rpc::post(
            "/rpc",
            &json!([{"jsonrpc": "2.0", "id": secret, "method": secret}]),
        ),
        rpc::post("/rpc", &call(secret, json!({}))),
        rpc::post("/rpc", &call("echo", json!({"text": secret}))),
        rpc::post("/rpc", &call("echo", json!({secret: 1}))),
        rpc::post("/rpc", &call("crash", json!({"text": secret}))),
        rpc::post("/rpc", &call("nap", json!({"ms": secret}))),
        rpc::post(
            "/rpc",
            &call("get_server_capabilities", json!({"token": secret})),
        ),
        rpc::post(
            "/rpc",
            &call(
                "vendor",
                json!({"address": format!("http://127.0.0.1:1/{secret}")}),
            ),
        ),
        rpc::post("/tools/echo", &json!({"text": secret})),
        rpc::post("/tools/echo", &json!(secret)),
        rpc::legacy(
            "initialize",
            json!({"protocolVersion": secret, "capabilities": {}, "clientInfo": {"name": secret, "version": secret}}),
        ),
        rpc::legacy("resources/read", json!({"uri": format!("aoma://{secret}")})),
        rpc::legacy(
            "prompts/get",
            json!({"name": secret, "arguments": {"a": secret}}),
        ),
        rpc::legacy(
            "notifications/cancelled",
            json!({"requestId": secret, "reason": secret}),
        ),
        rpc::legacy("logging/setLevel", json!({"level": secret})),
        rpc::legacy(
            "completion/complete",
            json!({"ref": {"type": "ref/prompt", "name": secret}, "argument": {"name": secret, "value": secret}}),
        ),
        rpc::modern(
            "tools/call",
            json!({"name": "echo", "arguments": {"text": secret}, "requestState": secret}),
        ),
        Event::http_api(Method::POST, &format!("/rpc/{secret}"))
            .stage("prod")
            .signed_by(Identity::of(ADA))
            .json(&list),
    ]
}

/// What somebody may send who can invoke the function itself.
fn no_requests(secret: &str) -> [String; 5] {
    let mut event = rpc::get("/health").to_json();
    event["requestContext"]["http"]["method"] = secret.into();
    event["headers"] = secret.into();
    [
        secret.to_owned(),
        json!(secret).to_string(),
        json!({"version": secret, secret: secret}).to_string(),
        json!({"version": "2.0", "requestContext": secret}).to_string(),
        event.to_string(),
    ]
}

async fn check(mesh: &Mesh) {
    for secret in SECRETS {
        for event in everywhere(secret) {
            mesh.send(&event).await;
        }
        for event in no_requests(secret) {
            let outcome = mesh
                .function
                .invoke(event.as_str(), Options::default())
                .await;
            assert!(!format!("{outcome:?}").contains(secret), "{event}");
        }
    }
    let output = mesh.settled().await;
    for secret in SECRETS {
        let at = output.lines().find(|line| line.contains(&secret[4..]));
        assert_eq!(at, None, "{secret}");
    }
}

#[tokio::test]
async fn nothing_of_it_is_written_by_the_function() {
    for level in ["info", "trace"] {
        check(&mcp().set("MESH_LOG", level).start().await).await;
    }
}

#[tokio::test]
async fn nothing_of_it_is_written_where_tools_fail() {
    let store = Store::whole().await;
    for mode in ["buffered", "streaming"] {
        let setup = faulty()
            .set("MESH_LOG", "trace")
            .set("MESH_INVOKE_MODE", mode);
        let mesh = store.is_store_of(setup).start().await;
        check(&mesh).await;
        for (_, value) in VALUES {
            assert!(!mesh.output().contains(value), "{value}");
        }
    }
}

#[tokio::test]
async fn the_credentials_of_the_role_are_nobodys() {
    let store = Store::whole().await;
    let setup = mcp()
        .set("AWS_SECRET_ACCESS_KEY", "the-secret-of-the-role")
        .set("AWS_SESSION_TOKEN", "the-token-of-the-role")
        .set("MESH_LOG", "trace");
    let mesh = store.is_store_of(setup).start().await;
    let mut told = String::new();
    for path in ["/health", "/metrics", "/tools", "/", "/nowhere"] {
        told.push_str(&mesh.send(&rpc::get(path)).await.text());
    }
    told.push_str(&mesh.settled().await);
    for secret in ["the-secret-of-the-role", "the-token-of-the-role"] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_path_is_told_by_its_route() {
    let mesh = faulty().start().await;
    for (number, (path, shown)) in [
        ("/health?live", "/health"),
        ("/tools/echo", "/tools/echo"),
        ("//tools/echo/", "/tools/echo"),
        ("/tools/a-strangers-word", "/tools/{name}"),
        ("/a-strangers-word", "other"),
        ("/tools/echo/a-strangers-word", "other"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("request-{number}");
        mesh.send_as(&id, &rpc::get(path)).await;
        assert_eq!(mesh.line(&id).await["path"], shown, "{path}");
    }
}
