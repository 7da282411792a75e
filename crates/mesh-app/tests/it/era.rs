//! How each of the five revisions opens, and what is answered to a client that names none.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

async fn initialize(app: &TestApp, version: &str) -> Answer {
    let client = json!({"name": "tests", "version": "1"});
    let params = json!({"protocolVersion": version, "capabilities": {}, "clientInfo": client});
    app.legacy("initialize", params)
        .without("mcp-protocol-version")
        .without("accept")
        .send()
        .await
}

#[tokio::test]
async fn each_revision_with_a_handshake_is_answered_in_its_own_version() {
    let app = TestApp::start().await;
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let result = initialize(&app, version).await.result();
        assert_eq!(result["protocolVersion"], version);
        assert_eq!(result["serverInfo"]["name"], "aoma-mesh-mcp");
        assert_eq!(result["serverInfo"]["version"], env!("CARGO_PKG_VERSION"));
        assert!(result["instructions"].is_string());
        assert!(result.get("resultType").is_none() && result.get("ttlMs").is_none());
    }
}

#[tokio::test]
async fn a_version_nobody_knows_is_answered_with_one_we_serve() {
    let app = TestApp::start().await;
    for version in ["1999-01-01", "2099-01-01", "", "x"] {
        let result = initialize(&app, version).await.result();
        assert_eq!(result["protocolVersion"], "2025-11-25", "{version}");
    }
}

#[tokio::test]
async fn what_is_declared_is_what_is_served() {
    let app = TestApp::with(&[("MESH_SESSIONS", "off")]).await;
    let result = initialize(&app, "2025-11-25").await.result();
    assert_eq!(
        result["capabilities"],
        json!({"completions": {}, "resources": {}, "tools": {}})
    );
}

#[tokio::test]
async fn with_a_session_changes_are_declared() {
    let app = TestApp::start().await;
    let declared = initialize(&app, "2025-11-25").await.result()["capabilities"].clone();
    assert_eq!(declared["tools"], json!({"listChanged": true}));
    assert_eq!(
        declared["resources"],
        json!({"subscribe": true, "listChanged": true})
    );
    assert!(
        declared.get("logging").is_none() && declared.get("prompts").is_none(),
        "{declared}"
    );
}

#[tokio::test]
async fn without_sessions_no_session_is_opened() {
    let app = TestApp::with(&[("MESH_SESSIONS", "off")]).await;
    let answer = initialize(&app, "2025-06-18").await;
    assert_eq!(answer.header("mcp-session-id"), "");
    assert_eq!(answer.result()["protocolVersion"], "2025-06-18");
}

#[tokio::test]
async fn an_opening_that_leaves_something_out_is_served() {
    for sessions in ["on", "off"] {
        let app = TestApp::with(&[("MESH_SESSIONS", sessions)]).await;
        for said in [
            json!({"capabilities": {}, "clientInfo": {"name": "tests"}}),
            json!({"capabilities": null, "clientInfo": {"name": "tests", "version": null}}),
            json!({"clientInfo": null}),
        ] {
            let mut params = said.clone();
            params["protocolVersion"] = "2025-11-25".into();
            let answer = app
                .legacy("initialize", params)
                .without("mcp-protocol-version")
                .without("accept");
            let result = answer.send().await.result();
            assert_eq!(result["protocolVersion"], "2025-11-25", "{said}");
        }
    }
}

#[tokio::test]
async fn a_handwritten_initialize_is_completed() {
    let app = TestApp::start().await;
    let params = json!({"protocolVersion": "2025-03-26"});
    let body = json!({"id": 1, "method": "initialize", "params": params});
    assert_eq!(
        app.curl(&body).send().await.result()["protocolVersion"],
        "2025-03-26"
    );
}

#[tokio::test]
async fn the_newest_revision_opens_with_discover() {
    let app = TestApp::start().await;
    let result = app
        .modern("server/discover", json!({}))
        .send()
        .await
        .result();
    assert_eq!(
        result["supportedVersions"],
        json!([
            "2024-11-05",
            "2025-03-26",
            "2025-06-18",
            "2025-11-25",
            "2026-07-28"
        ])
    );
    let server = &result["_meta"]["io.modelcontextprotocol/serverInfo"];
    assert_eq!(server["name"], "aoma-mesh-mcp");
    assert_eq!(result["resultType"], "complete");
    assert_eq!(
        result["capabilities"]["tools"],
        json!({"listChanged": true})
    );
    assert!(result["ttlMs"].as_u64() > Some(0));
    assert_eq!(result["cacheScope"], "public");
}

#[tokio::test]
async fn calls_need_no_opening_in_any_revision() {
    let app = TestApp::start().await;
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let request = app.call("echo", json!({"text": version}));
        let result = request
            .header("mcp-protocol-version", version)
            .send()
            .await
            .result();
        assert_eq!(text(&result), version);
        assert!(result.get("resultType").is_none(), "{result}");
    }
    let modern = app.modern(
        "tools/call",
        json!({"name": "echo", "arguments": {"text": "new"}}),
    );
    let result = modern.without("accept").send().await.result();
    assert_eq!(text(&result), "new");
    assert_eq!(result["resultType"], "complete");
}

fn text(result: &Value) -> String {
    let text = result["content"][0]["text"].as_str().expect("text");
    let inner: Value = serde_json::from_str(text).expect("JSON");
    inner["text"].as_str().expect("text").to_owned()
}

#[tokio::test]
async fn a_header_with_a_version_nobody_knows_is_refused_in_json_rpc() {
    let app = TestApp::start().await;
    for version in ["1999-01-01", "2099-01-01", "x", "2025-11-25, 2025-06-18"] {
        let request = app.legacy("tools/list", json!({}));
        let answer = request.header("mcp-protocol-version", version).send().await;
        assert_eq!(answer.status, 400, "{version}: {}", answer.text());
        assert_eq!(answer.json()["jsonrpc"], "2.0", "{version}");
        assert_eq!(answer.json()["id"], 7, "{version}");
    }
}

#[tokio::test]
async fn ping_is_of_the_revisions_with_a_handshake() {
    let app = TestApp::start().await;
    assert_eq!(
        app.legacy("ping", json!({})).send().await.result(),
        json!({})
    );
    assert_eq!(
        app.modern("ping", json!({})).send().await.fault(),
        (404, -32601)
    );
}
