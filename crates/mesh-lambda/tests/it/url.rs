//! What a Function URL may send: every body, method and path.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use mesh_emulator::Identity;
use serde_json::{Value, json};

use crate::support::{ADA, mcp, rpc};

fn list() -> Value {
    json!({"jsonrpc": "2.0", "id": "q\u{e9}", "method": "tools/list"})
}

#[tokio::test]
async fn a_body_is_read_as_text_and_as_base64() {
    let mesh = mcp().start().await;
    let text = rpc::post("/rpc", &list()).to_json();
    assert_eq!(text["isBase64Encoded"], false);
    let mut bytes = text.clone();
    bytes["isBase64Encoded"] = true.into();
    bytes["body"] = STANDARD.encode(list().to_string()).into();
    let text = mesh.send(&text).await;
    let bytes = mesh.send(&bytes).await;
    assert_eq!(text.json()["id"], "q\u{e9}");
    assert_eq!((text.status, text.body), (bytes.status, bytes.body));
}

#[tokio::test]
async fn a_body_that_only_says_it_is_base64_is_refused() {
    let mesh = mcp().start().await;
    let mut event = rpc::post("/rpc", &list()).to_json();
    event["isBase64Encoded"] = true.into();
    event["body"] = "%%%".into();
    let reply = mesh.send(&event).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json()["error"]["code"]),
        (400, &(-32600).into())
    );
}

#[tokio::test]
async fn a_head_has_no_body() {
    let mesh = mcp().start().await;
    let event = rpc::stranger(Method::HEAD, "/tools").signed_by(Identity::of(ADA));
    let reply = mesh.send(&event).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (200, 0));
    assert_eq!(reply.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_preflight_is_answered_to_anyone_and_names_no_origin() {
    let mesh = mcp().start().await;
    let reply = mesh.send(&rpc::stranger(Method::OPTIONS, "/rpc")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.header("allow"),
        Some("GET, HEAD, POST, DELETE, OPTIONS")
    );
    assert_eq!(reply.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_page_of_a_stranger_is_refused() {
    let mesh = mcp().start().await;
    let event = rpc::post("/rpc", &list()).header("origin", "https://elsewhere.example");
    assert_eq!(mesh.send(&event).await.status, 403);
}

#[tokio::test]
async fn every_spelling_of_a_path_is_the_path() {
    let mesh = mcp().start().await;
    for path in [
        "/tools/get_server_capabilities",
        "//tools//get_server_capabilities",
        "/tools/get_server_capabilities/",
        "/t%6Fols/get_server_capabilities",
        "/tools/./get_server_capabilities",
    ] {
        let reply = mesh.send(&rpc::get(path)).await;
        assert_eq!(reply.json()["name"], "get_server_capabilities", "{path}");
    }
    for path in ["", "/"] {
        let reply = mesh.send(&rpc::get(path)).await;
        assert_eq!(
            reply.json()["name"],
            "aoma-mesh-mcp",
            "{path}: {}",
            reply.text()
        );
    }
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_told_so() {
    let mesh = mcp().start().await;
    for path in [
        "/caf%C3%A9",
        "/\u{2615}",
        "/%00",
        "/a%2Fb",
        "/%zz",
        "/..%2f..%2fetc%2fpasswd",
        "/@elsewhere.example/",
        "/:443",
        "/a b",
    ] {
        let reply = mesh.send(&rpc::get(path)).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.json()["error"], "Not found", "{path}");
    }
}

#[tokio::test]
async fn a_query_of_any_kind_is_taken() {
    let mesh = mcp().start().await;
    for query in [
        "live",
        "live=1&live=2",
        "a=%20&live",
        "=&&live",
        "live&\u{e9}=\u{2615}",
        "live&a=b c",
        "live&x=%zz",
    ] {
        let reply = mesh.send(&rpc::get(&format!("/health?{query}"))).await;
        assert_eq!(reply.json()["status"], "ok", "{query}");
    }
}

#[tokio::test]
async fn cookies_are_nothing_to_it() {
    let mesh = mcp().start().await;
    let event = rpc::get("/tools").header("cookie", "session=s3cret-cookie; theme=dark");
    let reply = mesh.send(&event).await;
    assert_eq!((reply.status.as_u16(), reply.cookies.len()), (200, 0));
    assert!(!mesh.settled().await.contains("s3cret-cookie"));
}

#[tokio::test]
async fn a_header_of_odd_bytes_is_taken() {
    let mesh = mcp().start().await;
    for value in ["\u{e9}", "", "a\tb", "\u{2615}"] {
        let event = rpc::get("/health?live").header("x-odd", value);
        assert_eq!(mesh.send(&event).await.status, 200, "{value:?}");
    }
}
