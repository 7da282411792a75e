//! A policy holds for what other servers offer, however it is asked for.

use serde_json::{Value, json};

use crate::support::{TestApp, gateway, shell};

/// Two resources, and a tool; it reads whatever it is asked for.
fn library() -> Value {
    shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"resources":{},"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"look","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}]}}' ;;
    *'"resources/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"resources":[{"uri":"db://x/public","name":"p"},{"uri":"db://x/secret","name":"s"}]}}' ;;
    *'"resources/templates/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"resourceTemplates":[]}}' ;;
    *'"resources/read"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"contents":[{"uri":"db://x","text":"read"}]}}' ;;
    *'"tools/call"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"text","text":"seen"}]}}' ;;"#,
    )
}

async fn limited(rules: &str) -> (TestApp, [tempfile::TempDir; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, rules).expect("written");
    let policy = policy.to_str().expect("UTF-8").to_owned();
    let audit = folder.path().join("audit.jsonl");
    let audit = audit.to_str().expect("UTF-8").to_owned();
    let servers = json!({"lib": library()});
    let settings = [("MESH_POLICY", &*policy), ("MESH_AUDIT", &*audit)];
    let (app, file) = gateway(&settings, servers).await;
    (app, [folder, file])
}

async fn reads(app: &TestApp, path: &str, uri: &str) -> bool {
    let request = app.legacy("resources/read", json!({"uri": uri})).to(path);
    let answer = request.send().await.json();
    answer["result"]["contents"][0]["text"] == "read"
}

#[tokio::test]
async fn a_resource_that_is_denied_is_read_by_none_of_its_names() {
    let rules =
        "[team.people]\nmembers = [\"local\"]\nread = [\"*\"]\nresources = [\"db://x/public\"]\n";
    let (app, files) = limited(rules).await;
    let decided = || {
        let lines = std::fs::read_to_string(files[0].path().join("audit.jsonl"));
        let lines = lines.expect("written");
        let last = lines.lines().last().expect("a line");
        let last: Value = serde_json::from_str(last).expect("JSON");
        last["decision"].as_str().expect("text").to_owned()
    };
    for path in ["/rpc", "/mcp/lib"] {
        assert!(reads(&app, path, "db://x/public").await, "{path}");
        assert_eq!(decided(), "allowed");
        for uri in [
            "db://x/secret",
            "mesh://lib/db%3A%2F%2Fx%2Fsecret",
            "db://x/other",
        ] {
            assert!(!reads(&app, path, uri).await, "{path} {uri}");
            assert_eq!(decided(), "refused: policy", "{path} {uri}");
        }
    }
}

#[tokio::test]
async fn a_tool_that_is_denied_is_called_by_none_of_its_names() {
    let rules =
        "[team.people]\nmembers = [\"local\"]\nread = [\"echo\"]\nresources = [\"db://x/*\"]\n";
    let (app, _files) = limited(rules).await;
    for (path, name) in [
        ("/rpc", "lib__look"),
        ("/mcp/lib", "look"),
        ("/mcp/lib", "lib__look"),
    ] {
        let answer = app.call(name, json!({})).to(path).send().await.json();
        assert!(
            !answer.to_string().contains("seen"),
            "{path} {name}: {answer}"
        );
    }
    let listed = app
        .legacy("tools/list", json!({}))
        .to("/mcp/lib")
        .send()
        .await
        .json();
    assert_eq!(listed["result"]["tools"], json!([]), "{listed}");
}

#[tokio::test]
async fn a_server_of_which_nothing_is_seen_is_named_by_no_counter() {
    for (tools, is_seen) in [("*", true), ("echo", false)] {
        let rules = format!(
            "[team.people]\nmembers = [\"local\"]\nread = [{tools:?}]\nresources = [\"aoma://metrics\"]\n"
        );
        let (app, _files) = limited(&rules).await;
        app.legacy("tools/list", json!({})).send().await;
        for path in ["/metrics", "/metrics/prometheus"] {
            let told = app.get(path).send().await.text();
            assert_eq!(told.contains("\"lib\""), is_seen, "{path} {tools}: {told}");
        }
    }
}
