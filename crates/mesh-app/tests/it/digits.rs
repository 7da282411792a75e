//! A number that a client writes has as many digits for the server that is called as it had for us.

use serde_json::json;

use crate::support::{Session, TestApp, gateway, shell};

const ARGUMENTS: &str =
    r#"{"big":12345678901234567890123,"exact":0.10000000000000000555,"a":{"b":1E40}}"#;

/// Answers what it was sent as its arguments, to the letter.
async fn mirror(options: serde_json::Value) -> (TestApp, tempfile::TempDir) {
    let mut mirror = shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"show","inputSchema":{"type":"object"}}]}}' ;;
    *'"tools/call"'*)
      shown=$(printf %s "$line" | sed -n 's/.*"arguments":\({.*}\)}}$/\1/p')
      answer='{"jsonrpc":"2.0","id":'$id',"result":{"content":[],"structuredContent":'$shown'}}' ;;"#,
    );
    mirror["mesh"] = options;
    let (app, file) = gateway(&[], json!({"far": mirror})).await;
    app.legacy("tools/list", json!({})).send().await.result();
    (app, file)
}

fn written(template: &str) -> String {
    template.replace("ARGUMENTS", ARGUMENTS)
}

#[tokio::test]
async fn they_are_passed_on_as_they_were_written() {
    let (app, _file) = mirror(json!({})).await;
    let expected = written(r#""structuredContent":ARGUMENTS"#);
    let call = r#"{"jsonrpc":"2.0","id":ID,"method":"tools/call","params":{"name":"far__show","arguments":ARGUMENTS}}"#;
    let call = |id: &str| written(&call.replace("ID", id));
    let accepts = |request: crate::support::Request| {
        request
            .header("content-type", "application/json")
            .header("accept", "application/json")
    };
    for body in [call("1"), call("2.5"), format!("[{}]", call("1"))] {
        let answer = accepts(app.post("/rpc", body.clone())).send().await.text();
        assert!(answer.contains(&expected), "{body} {answer}");
    }
    let bodies = [
        ("/tools/far__show", "ARGUMENTS"),
        ("/mcp/far/tools/show", r#"{"arguments":ARGUMENTS}"#),
    ];
    for (path, body) in bodies {
        let answer = accepts(app.post(path, written(body))).send().await.text();
        assert!(answer.contains(&expected), "{path} {answer}");
    }
}

#[tokio::test]
async fn so_they_are_in_a_session_and_where_there_are_defaults() {
    let defaults = json!({"tools": {"defaults": {"show": {"n": 1, "big": 0}}}});
    let (app, _file) = mirror(defaults).await;
    let session = Session::open(&app).await;
    let call = session.call("far__show", json!({})).body(written(
        r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"far__show","arguments":ARGUMENTS}}"#,
    ));
    let answer = call.send().await.text();
    let expected = written(r#""structuredContent":ARGUMENTS"#);
    let expected = expected.trim_end_matches('}');
    assert!(
        answer.contains(&format!(r#"{expected}}},"n":1}}"#)),
        "{answer}"
    );
}
