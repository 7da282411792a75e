//! A client that takes its request back, of whatever kind, has the server behind this one hear of it.

use serde_json::{Value, json};

use crate::support::{Session, gateway, shell, within};

/// It never answers what it is asked for, and writes down what it was told of it.
fn slow(file: &str) -> Value {
    shell(&format!(
        r#"    *'"initialize"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"protocolVersion":"2025-06-18","capabilities":{{"resources":{{}},"prompts":{{}},"completions":{{}},"tools":{{}}}},"serverInfo":{{"name":"s","version":"1"}}}}}}' ;;
    *'"tools/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"tools":[{{"name":"work","inputSchema":{{"type":"object"}}}}]}}}}' ;;
    *'"prompts/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"prompts":[{{"name":"greet"}}]}}}}' ;;
    *'"resources/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"resources":[{{"uri":"db://x/slow","name":"r"}}]}}}}' ;;
    *'"resources/templates/list"'*) answer='{{"jsonrpc":"2.0","id":'$id',"result":{{"resourceTemplates":[]}}}}' ;;
    *'"notifications/cancelled"'*)
      echo "cancelled $(printf %s "$line" | sed -n 's/.*"requestId":\([0-9]*\).*/\1/p')" >> {file} ;;
    *'"tools/call"'*|*'"resources/read"'*|*'"prompts/get"'*|*'"completion/complete"'*)
      echo "asked $id" >> {file} ;;"#
    ))
}

#[tokio::test]
async fn an_upstream_hears_of_every_request_that_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("heard");
    let entry = slow(file.to_str().expect("UTF-8"));
    let (app, _file) = gateway(&[("MESH_BUDGET_MS", "600000")], json!({"slow": entry})).await;
    app.legacy("resources/list", json!({}))
        .send()
        .await
        .result();
    let heard = || std::fs::read_to_string(&file).unwrap_or_default();
    let until = |suffix: String| {
        within(async move {
            while !heard().ends_with(&suffix) {
                tokio::task::yield_now().await;
            }
        })
    };
    for (method, params) in [
        ("tools/call", json!({"name": "slow__work", "arguments": {}})),
        ("resources/read", json!({"uri": "db://x/slow"})),
        ("prompts/get", json!({"name": "slow__greet"})),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/prompt", "name": "slow__greet"}, "argument": {"name": "a", "value": "b"}}),
        ),
    ] {
        let session = Session::open(&app).await;
        let known = heard();
        let asked = session.request(method, params).stream().await;
        within(async {
            while heard().len() == known.len() || !heard().ends_with('\n') {
                tokio::task::yield_now().await;
            }
        })
        .await;
        let last = heard().lines().last().expect("a line").to_owned();
        let id = last
            .strip_prefix("asked ")
            .expect("it was asked")
            .to_owned();
        session
            .notify("notifications/cancelled", json!({"requestId": 7}))
            .await;
        until(format!("cancelled {id}\n")).await;
        drop(asked);
    }
}
