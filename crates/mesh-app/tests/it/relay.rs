//! What another server asks in the middle of a call reaches whoever called, in the words of its own revision.

use serde_json::{Value, json};

use crate::support::{Session, TestApp, gateway, shell};

/// One that is told that its questions are passed on, beside whatever else its entry says.
fn relayed(mut entry: Value) -> Value {
    entry["mesh"]["relay"] = true.into();
    entry
}

/// A server of ours, which opens with `initialize`; its tool `ask` only reads.
async fn handshake() -> (TestApp, Value) {
    let upstream = TestApp::start().await;
    let entry = json!({"type": "http", "url": format!("http://{}/rpc", upstream.address)});
    (upstream, entry)
}

/// Of 2026-07-28 alone: its tool ends a round, and greets whom the next one names.
fn modern() -> Value {
    shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"error":{"code":-32601,"message":"no"}}' ;;
    *'"server/discover"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"resultType":"complete","tools":[{"name":"ask","inputSchema":{"type":"object"}}]}}' ;;
    *'"requestState":"their-state"'*)
      name=$(printf %s "$line" | sed -n 's/.*"name":"\([A-Z][a-z]*\)".*/\1/p')
      answer='{"jsonrpc":"2.0","id":'$id',"result":{"resultType":"complete","content":[{"type":"text","text":"Hello, '$name'!"}]}}' ;;
    *'"tools/call"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"resultType":"input_required","requestState":"their-state","inputRequests":{"who":{"method":"elicitation/create","params":{"mode":"form","message":"Who are you?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}}}}}}}}' ;;"#,
    )
}

/// Opens with `initialize`, and asks within the call of a tool that says nothing of what it does.
fn writer() -> Value {
    shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"ask","inputSchema":{"type":"object"}}]}}' ;;
    *'"tools/call"'*) call=$id; answer='{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{"message":"Who are you?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}}}}}' ;;
    *'"id":"q"'*)
      name=$(printf %s "$line" | sed -n 's/.*"name":"\([A-Z][a-z]*\)".*/\1/p')
      [ -n "$name" ] || name=nobody
      answer='{"jsonrpc":"2.0","id":'$call',"result":{"content":[{"type":"text","text":"Hello, '$name'!"}]}}' ;;"#,
    )
}

/// Asks in the middle of a prompt.
fn prompting() -> Value {
    shell(
        r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{},"prompts":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[]}}' ;;
    *'"prompts/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"prompts":[{"name":"greet"}]}}' ;;
    *'"prompts/get"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"resultType":"input_required","requestState":"their-state","inputRequests":{"who":{"method":"elicitation/create","params":{"message":"Who are you?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}}}}}}}}' ;;"#,
    )
}

fn ada() -> Value {
    json!({"action": "accept", "content": {"name": "Ada"}})
}

async fn in_a_session(app: &TestApp) -> String {
    let session = Session::open(app).await;
    let mut call = session.call("asker__ask", json!({})).stream().await;
    let question = call.message().await;
    assert_eq!(question["method"], "elicitation/create", "{question}");
    assert_eq!(question["params"]["message"], "Who are you?");
    session.answer(&question["id"], ada()).await;
    let answer = call.message().await;
    answer["result"]["content"][0]["text"]
        .as_str()
        .expect("text")
        .to_owned()
}

async fn in_rounds(app: &TestApp) -> Value {
    let call = json!({"name": "asker__ask", "arguments": {}});
    let first = app.modern("tools/call", call).send().await.result();
    if first["resultType"] != "input_required" {
        return first;
    }
    let questions = first["inputRequests"].as_object().expect("questions");
    let (key, question) = questions.iter().next().expect("one");
    assert_eq!(question["params"]["message"], "Who are you?");
    let second = json!({
        "name": "asker__ask", "arguments": {}, "requestState": first["requestState"],
        "inputResponses": {key: ada()},
    });
    app.modern("tools/call", second).send().await.result()
}

#[tokio::test]
async fn a_question_is_answered_by_each_client_of_each_upstream() {
    let (_upstream, entry) = handshake().await;
    for entry in [entry, modern()] {
        let (app, _file) = gateway(&[], json!({"asker": relayed(entry)})).await;
        assert_eq!(in_a_session(&app).await, "Hello, Ada!");
        let second = in_rounds(&app).await;
        assert_eq!(second["content"][0]["text"], "Hello, Ada!", "{second}");
        assert_eq!(second["resultType"], "complete", "{second}");
    }
}

#[tokio::test]
async fn a_call_is_made_a_second_time_only_where_that_does_no_harm() {
    let (app, _file) = gateway(&[], json!({"asker": relayed(writer())})).await;
    assert_eq!(in_a_session(&app).await, "Hello, Ada!");
    let refused = in_rounds(&app).await;
    let text = refused["content"][0]["text"].as_str().expect("text");
    assert!(text.contains("`replay`"), "{refused}");
    let mut entry = relayed(writer());
    entry["mesh"]["replay"] = true.into();
    let (app, _file) = gateway(&[], json!({"asker": entry})).await;
    let second = in_rounds(&app).await;
    assert_eq!(second["content"][0]["text"], "Hello, Ada!", "{second}");
}

#[tokio::test]
async fn who_cannot_be_asked_is_not_and_the_server_hears_why() {
    let (app, _file) = gateway(&[], json!({"asker": relayed(writer())})).await;
    let answer = app.call("asker__ask", json!({})).send().await;
    assert_eq!(answer.told(), (false, "Hello, nobody!".to_owned()));
}

#[tokio::test]
async fn questions_that_are_not_passed_on_are_told() {
    let (_upstream, entry) = handshake().await;
    let (app, _file) = gateway(&[], json!({"asker": entry})).await;
    let (failed, text) = app.call("asker__ask", json!({})).send().await.told();
    assert!(failed && text.contains("`relay` in its entry"), "{text}");
    let (app, _file) = gateway(&[], json!({"asker": modern()})).await;
    let (failed, text) = app.call("asker__ask", json!({})).send().await.told();
    assert!(failed && text.contains("`relay` in its entry"), "{text}");
}

#[tokio::test]
async fn a_question_of_a_prompt_that_nobody_answers_ends_at_the_deadline() {
    let servers = json!({"asker": relayed(prompting())});
    let (app, _file) = gateway(&[("MESH_BUDGET_MS", "1000")], servers).await;
    let session = Session::open(&app).await;
    session
        .request("prompts/list", json!({}))
        .stream()
        .await
        .messages()
        .await;
    let name = json!({"name": "asker__greet"});
    let mut prompt = session.request("prompts/get", name).stream().await;
    let question = prompt.message().await;
    assert_eq!(question["method"], "elicitation/create", "{question}");
    let answer = prompt.message().await;
    let told = answer["error"]["message"].as_str().expect("an error");
    assert!(told.contains("no answer within 1 s"), "{answer}");
    let again = session.request("ping", json!({})).without("accept");
    assert_eq!(again.send().await.result(), json!({}));
}
