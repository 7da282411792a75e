//! Sessions, for clients of the revisions that open with `initialize`.

use std::time::{Duration, Instant};

use http::Method;
use mesh_tools::changes::Change;
use serde_json::{Value, json};

use crate::support::{Calls, Session, TestApp, gateway, shell, unique, within};

#[tokio::test]
async fn a_session_s_id_is_hard_to_guess_and_never_the_same() {
    let app = TestApp::start().await;
    let (one, other) = (Session::open(&app).await, Session::open(&app).await);
    assert!(one.id.len() >= 32, "{}", one.id);
    assert_ne!(one.id, other.id);
}

#[tokio::test]
async fn a_call_in_a_session_is_answered_as_json_or_as_a_stream() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let call = session.call("echo", json!({"text": "a"}));
    let whole = call.clone().without("accept").send().await;
    assert_eq!(whole.header("content-type"), "application/json");
    assert_eq!(whole.result()["structuredContent"]["text"], "a");
    let streamed = call.stream().await.messages().await;
    assert_eq!(streamed.len(), 1);
    assert_eq!(streamed[0]["id"], 7);
    assert_eq!(streamed[0]["result"]["structuredContent"]["text"], "a");
}

#[tokio::test]
async fn an_unknown_session_is_404_in_json_rpc() {
    let app = TestApp::start().await;
    let request = app
        .legacy("ping", json!({}))
        .header("mcp-session-id", "no-such");
    let answer = request.send().await;
    assert_eq!(answer.fault().0, 404);
    assert_eq!(answer.json()["id"], 7);
    for method in [Method::GET, Method::DELETE] {
        let request = app
            .request(method.clone(), "/rpc")
            .header("mcp-session-id", "no-such");
        assert_eq!(request.send().await.fault().0, 404, "{method}");
    }
}

#[tokio::test]
async fn a_session_ends_with_204_and_is_unknown_from_then_on() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let ended = session.end().send().await;
    assert_eq!((ended.status, ended.text()), (204, String::new()));
    assert_eq!(
        session.request("ping", json!({})).send().await.fault().0,
        404
    );
    assert_eq!(session.end().send().await.fault().0, 404);
}

#[tokio::test]
async fn the_end_of_a_session_ends_its_stream() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let stream = session.listen().await;
    session.end().send().await;
    assert!(stream.messages().await.is_empty());
}

#[tokio::test]
async fn one_session_s_end_leaves_the_others() {
    let app = TestApp::start().await;
    let (one, other) = (Session::open(&app).await, Session::open(&app).await);
    one.end().send().await;
    let pong = other
        .request("ping", json!({}))
        .without("accept")
        .send()
        .await;
    assert_eq!(pong.result(), json!({}));
}

#[tokio::test]
async fn changes_reach_a_session_s_stream() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let mut stream = session.listen().await;
    for (change, method) in [
        (Change::Tools, "notifications/tools/list_changed"),
        (Change::Prompts, "notifications/prompts/list_changed"),
        (Change::Resources, "notifications/resources/list_changed"),
    ] {
        let heard = app.announce_until(change, &mut stream, method).await;
        assert!(heard.get("id").is_none(), "{heard}");
    }
}

#[tokio::test]
async fn a_subscribed_resource_is_told_of_and_no_other() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let mut stream = session.listen().await;
    for (method, uri) in [
        ("resources/subscribe", "test://fixed"),
        ("resources/subscribe", "test://thing/1"),
        ("resources/unsubscribe", "test://thing/1"),
    ] {
        let request = session
            .request(method, json!({"uri": uri}))
            .without("accept");
        assert_eq!(request.send().await.result(), json!({}), "{method}");
    }
    let method = "notifications/resources/updated";
    let heard = app
        .announce_until(Change::Resources, &mut stream, method)
        .await;
    assert_eq!(heard["params"]["uri"], "test://fixed");
}

#[tokio::test]
async fn a_tool_that_asks_gets_its_answer_in_the_same_call() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let mut call = session.call("ask", json!({})).stream().await;
    let question = call.message().await;
    assert_eq!(question["method"], "elicitation/create");
    assert_eq!(question["params"]["message"], "Who are you?");
    let result = json!({"action": "accept", "content": {"name": "Ada"}});
    assert_eq!(session.answer(&question["id"], result).await.status, 202);
    let answer = call.message().await;
    assert_eq!(answer["result"]["content"][0]["text"], "Hello, Ada!");
}

#[tokio::test]
async fn a_person_may_decline_to_answer() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let mut call = session.call("ask", json!({})).stream().await;
    let id = call.message().await["id"].clone();
    session.answer(&id, json!({"action": "decline"})).await;
    let answer = call.message().await;
    assert_eq!(answer["result"]["content"][0]["text"], "Hello, stranger!");
}

#[tokio::test]
async fn who_takes_no_stream_is_not_asked_but_told() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let call = session.call("ask", json!({})).without("accept");
    let (failed, text) = call.send().await.told();
    assert!(failed && text.contains("elicitation"), "{text}");
}

#[tokio::test]
async fn an_id_whose_request_has_no_answer_yet_is_refused() {
    let app = TestApp::with(&[("MESH_BUDGET_MS", "600000")]).await;
    let session = Session::open(&app).await;
    let key = unique();
    let held = session.call("hold", json!({"key": key})).stream().await;
    Calls::until(&key, "began").await;
    for _ in 0..5 {
        let again = session.call("echo", json!({"text": "again"}));
        let refused = again.without("accept").send().await;
        assert_eq!(refused.fault(), (200, -32600));
        assert_eq!(refused.json()["id"], 7);
    }
    session
        .notify("notifications/cancelled", json!({"requestId": 7}))
        .await;
    assert!(held.messages().await.is_empty());
    Calls::until(&key, "ended").await;
    let free = session.call("echo", json!({"text": "free"}));
    let answer = free.without("accept").send().await.result();
    assert_eq!(answer["structuredContent"]["text"], "free");
}

#[tokio::test]
async fn an_id_is_in_flight_until_its_call_ends_though_its_stream_was_dropped() {
    let app = TestApp::with(&[("MESH_BUDGET_MS", "600000")]).await;
    let session = Session::open(&app).await;
    let key = unique();
    let held = session.call("hold", json!({"key": key})).stream().await;
    Calls::until(&key, "began").await;
    drop(held);
    let echo = || {
        let call = session.call("echo", json!({"text": "own"}));
        call.without("accept").send()
    };
    // The server is told of the end half a second later.
    let dropped = Instant::now();
    while dropped.elapsed() < Duration::from_secs(1) {
        assert_eq!(echo().await.fault(), (200, -32600));
    }
    Calls::note(&key, "released");
    Calls::until(&key, "ended").await;
    let answer = echo().await.result();
    assert_eq!(answer["structuredContent"]["text"], "own");
}

#[tokio::test]
async fn a_stream_taken_up_again_has_what_the_other_server_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let released = folder.path().join("released");
    let cases = r#"    *'"initialize"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}}' ;;
    *'"tools/list"'*) answer='{"jsonrpc":"2.0","id":'$id',"result":{"tools":[{"name":"slow","inputSchema":{"type":"object"}}]}}' ;;
    *'"tools/call"'*)
      until [ -e RELEASED ]; do sleep 0.05; done
      answer='{"jsonrpc":"2.0","id":'$id',"result":{"content":[{"type":"text","text":"their own words"}]}}' ;;"#;
    let slow = shell(&cases.replace("RELEASED", released.to_str().expect("UTF-8")));
    let (app, _file) = gateway(&[], json!({"up": slow})).await;
    let session = Session::open(&app).await;
    let mut call = session.call("up__slow", json!({})).stream().await;
    let first = call.id().await;
    drop(call);
    let mut again = session.take_up(&first).await;
    std::fs::write(&released, "").expect("written");
    let answer = again.message().await;
    assert_eq!(
        answer["result"]["content"][0]["text"], "their own words",
        "{answer}"
    );
    let again = missed(&session, &first).await;
    assert_eq!(again, [answer]);
}

/// What came after an event of a call that has ended, once it has.
async fn missed(session: &Session<'_>, event: &str) -> Vec<Value> {
    within(async {
        loop {
            let messages = session.take_up(event).await.messages().await;
            if !messages.is_empty() {
                return messages;
            }
        }
    })
    .await
}

#[tokio::test]
async fn an_answer_that_came_while_its_client_was_away_is_had_later_by_that_client_alone() {
    let app = TestApp::start().await;
    let (session, other) = (Session::open(&app).await, Session::open(&app).await);
    let key = unique();
    let mut call = session.call("hold", json!({"key": key})).stream().await;
    let first = call.id().await;
    drop(call);
    Calls::note(&key, "released");
    Calls::until(&key, "ended").await;
    for _ in 0..2 {
        let messages = missed(&session, &first).await;
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert_eq!(messages[0]["id"], 7);
        let text = format!("{key} went on");
        assert_eq!(messages[0]["result"]["content"][0]["text"], text);
    }
    let nothing = other.take_up(&first).await.messages().await;
    assert!(nothing.is_empty(), "{nothing:?}");
    for session in [session, other] {
        session.end().send().await;
    }
    app.until_idle().await;
}

#[tokio::test]
async fn a_session_that_has_ended_leaves_no_task() {
    let app = TestApp::start().await;
    for _ in 0..20 {
        Session::open(&app).await.end().send().await;
    }
    app.until_idle().await;
}

#[tokio::test]
async fn a_call_taken_back_is_dropped() {
    let app = TestApp::with(&[("MESH_BUDGET_MS", "600000")]).await;
    let session = Session::open(&app).await;
    let key = unique();
    let call = session.call("hold", json!({"key": key})).stream().await;
    Calls::until(&key, "began").await;
    let taken_back = session
        .notify("notifications/cancelled", json!({"requestId": 7}))
        .await;
    assert_eq!(taken_back.status, 202);
    Calls::until(&key, "ended").await;
    drop(call);
}

#[tokio::test]
async fn where_sessions_are_off_their_id_is_passed_over() {
    let app = TestApp::with(&[("MESH_SESSIONS", "off")]).await;
    let request = app
        .legacy("ping", json!({}))
        .header("mcp-session-id", "left-over");
    assert_eq!(request.send().await.result(), json!({}));
    for path in ["/sse", "/messages"] {
        assert_eq!(app.get(path).send().await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_session_needs_the_token_like_everything_else() {
    let app = TestApp::guarded().await;
    let request = app
        .request(Method::DELETE, "/rpc")
        .header("mcp-session-id", "any");
    assert_eq!(request.send().await.status, 401);
}

#[tokio::test]
async fn requests_without_ids_get_their_own_answers() {
    let app = TestApp::start().await;
    let session = Session::open(&app).await;
    let ask = |text: &str| {
        let body = json!({"method": "tools/call", "params": {"name": "echo", "arguments": {"text": text}}});
        let request = session.request("tools/call", json!({})).without("accept");
        request.body(body.to_string()).send()
    };
    let answers = futures::future::join_all(["a", "b", "c", "d"].map(ask)).await;
    let said: Vec<_> = answers
        .iter()
        .map(|answer| answer.result()["structuredContent"]["text"].clone())
        .collect();
    assert_eq!(said, ["a", "b", "c", "d"]);
}
