//! JSON-RPC batches: 2025-03-26, basic: implementations MUST support receiving them; 2025-06-18 removed them.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, gateway, shell};

async fn send(batch: Value) -> Answer {
    TestApp::start().await.curl(&batch).send().await
}

fn ping(id: u64) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "ping"})
}

fn echo(id: u64, text: &str) -> Value {
    let params = json!({"name": "echo", "arguments": {"text": text}});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
}

#[tokio::test]
async fn answers_come_in_the_order_asked() {
    let batch = json!([echo(3, "a"), ping(1), echo(2, "b")]);
    let body = send(batch).await.json();
    let ids: Vec<_> = body
        .as_array()
        .expect("an array")
        .iter()
        .map(|answer| &answer["id"])
        .collect();
    assert_eq!(ids, [3, 1, 2]);
    assert_eq!(body[0]["result"]["structuredContent"]["text"], "a");
    assert_eq!(body[2]["result"]["structuredContent"]["text"], "b");
}

#[tokio::test]
async fn a_batch_of_one_is_answered_with_an_array() {
    let body = send(json!([ping(1)])).await.json();
    assert_eq!(body, json!([{"jsonrpc": "2.0", "id": 1, "result": {}}]));
}

#[tokio::test]
async fn notifications_only_get_202_and_no_body() {
    let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let answer = send(json!([note, note])).await;
    assert_eq!((answer.status, answer.text()), (202, String::new()));
}

#[tokio::test]
async fn notifications_have_no_part_in_the_answer() {
    let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let body = send(json!([note, ping(1), note])).await.json();
    assert_eq!(body, json!([{"jsonrpc": "2.0", "id": 1, "result": {}}]));
}

#[tokio::test]
async fn an_empty_batch_is_refused() {
    let answer = send(json!([])).await;
    assert_eq!(answer.fault(), (400, -32600));
    assert_eq!(answer.json()["id"], json!(null));
}

#[tokio::test]
async fn fifty_messages_are_taken_and_one_more_is_refused() {
    let pings = |count| Value::Array((0..count).map(ping).collect());
    let taken = send(pings(50)).await;
    assert_eq!(taken.json().as_array().map(Vec::len), Some(50));
    assert_eq!(send(pings(51)).await.fault(), (400, -32600));
}

#[tokio::test]
async fn each_fault_is_answered_in_its_place() {
    let unknown = json!({"jsonrpc": "2.0", "id": "u", "method": "no/such"});
    let nameless = json!({"jsonrpc": "2.0", "id": "n", "method": "tools/call", "params": {}});
    let body = send(json!([1, ping(1), unknown, [], nameless, {"id": "m"}]))
        .await
        .json();
    let seen: Vec<_> = body
        .as_array()
        .expect("an array")
        .iter()
        .map(|answer| (answer["id"].clone(), answer["error"]["code"].as_i64()))
        .collect();
    assert_eq!(
        seen,
        [
            (json!(null), Some(-32600)),
            (json!(1), None),
            (json!("u"), Some(-32601)),
            (json!(null), Some(-32600)),
            (json!("n"), Some(-32602)),
            (json!("m"), Some(-32600)),
        ]
    );
}

#[tokio::test]
async fn initialize_is_refused_inside_a_batch() {
    let params = json!({"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
    let open = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params});
    let answer = send(json!([open, ping(2)])).await;
    assert_eq!(answer.header("mcp-session-id"), "");
    let body = answer.json();
    assert_eq!(
        (&body[0]["id"], &body[0]["error"]["code"]),
        (&json!(1), &json!(-32600))
    );
    assert_eq!(body[1]["result"], json!({}));
}

#[tokio::test]
async fn revisions_without_batches_refuse_them() {
    let app = TestApp::start().await;
    for version in ["2025-06-18", "2025-11-25", "2026-07-28"] {
        let request = app
            .curl(&json!([ping(1)]))
            .header("mcp-protocol-version", version);
        assert_eq!(request.send().await.fault(), (400, -32600), "{version}");
    }
}

#[tokio::test]
async fn the_revision_with_batches_takes_them() {
    let app = TestApp::start().await;
    for version in ["2024-11-05", "2025-03-26"] {
        let request = app
            .curl(&json!([ping(1)]))
            .header("mcp-protocol-version", version);
        assert_eq!(
            request.send().await.json()[0]["result"],
            json!({}),
            "{version}"
        );
    }
}

#[tokio::test]
async fn elements_without_an_id_are_answered_without_one() {
    let body = send(json!([{"method": "ping"}, {"method": "ping", "id": null}]))
        .await
        .json();
    assert_eq!(body[0], json!({"jsonrpc": "2.0", "result": {}}));
    assert_eq!(
        (&body[1]["id"], &body[1]["error"]["code"]),
        (&json!(null), &json!(-32600))
    );
}

#[tokio::test]
async fn the_same_id_twice_is_answered_twice() {
    let body = send(json!([echo(1, "a"), echo(1, "b")])).await.json();
    assert_eq!(body[0]["result"]["structuredContent"]["text"], "a");
    assert_eq!(body[1]["result"]["structuredContent"]["text"], "b");
}

#[tokio::test]
async fn a_client_s_answers_are_not_answered() {
    let mine = json!({"jsonrpc": "2.0", "id": 9, "result": {}});
    let body = send(json!([mine, ping(1)])).await.json();
    assert_eq!(body, json!([{"jsonrpc": "2.0", "id": 1, "result": {}}]));
}

#[tokio::test]
async fn a_client_that_takes_streams_gets_one_array() {
    let app = TestApp::start().await;
    let params = json!({"name": "report", "_meta": {"progressToken": 1}});
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let request = app
        .post("/rpc", json!([call, ping(2)]).to_string())
        .header("accept", "application/json, text/event-stream")
        .header("content-type", "application/json");
    let answer = request.send().await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json()[0]["result"]["content"][0]["text"], "arrived");
}

#[tokio::test]
async fn one_stalling_call_does_not_cost_the_others_their_answers() {
    let stall =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "stall"}});
    let body = send(json!([stall, echo(2, "b")])).await.json();
    assert_eq!(body[0]["result"]["isError"], true);
    assert_eq!(body[1]["result"]["structuredContent"]["text"], "b");
}

#[tokio::test]
async fn what_a_server_behind_this_one_answers_stays_as_it_came() {
    let counter = shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"count","inputSchema":{"type":"object"}}]}}' ;;
    *'"tools/call"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{ "content":[],"structuredContent":{"n":1E400,"m":1.50}}}' ;;"#,
    );
    let (app, _file) = gateway(&[], json!({"far": counter})).await;
    app.legacy("tools/list", json!({})).send().await.result();
    let params = json!({"name": "far__count", "arguments": {}});
    let call =
        |id: Value| json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
    // The SDK carries no such number as the second, which is put back.
    let batch = json!([call(1.into()), call(2.5.into())]);
    let answer = app.curl(&batch).send().await.text();
    let result = r#""structuredContent":{"n":1E400,"m":1.50}"#;
    assert_eq!(answer.matches(result).count(), 2, "{answer}");
    for id in [r#""id":1,"#, r#""id":2.5"#] {
        assert!(answer.contains(id), "{answer}");
    }
}
