//! HTTP+SSE, the transport of 2024-11-05: a stream of events to the client, and an address to post messages to.

use mesh_tools::changes::Change;
use serde_json::{Value, json};

use crate::support::{Answer, Calls, Events, TestApp, unique, within};

struct Client<'a> {
    app: &'a TestApp,
    events: Events,
    address: String,
}

impl<'a> Client<'a> {
    async fn connect(app: &'a TestApp) -> Self {
        let mut events = app
            .get("/sse")
            .header("accept", "text/event-stream")
            .stream()
            .await;
        let first = events.next().await.expect("the endpoint");
        assert_eq!(first.name, "endpoint");
        let address = first.data;
        Self {
            app,
            events,
            address,
        }
    }

    /// As [`Self::connect`], with the handshake done.
    async fn open(app: &'a TestApp) -> Self {
        Self::open_in(app, "2024-11-05").await
    }

    async fn open_in(app: &'a TestApp, version: &str) -> Self {
        let mut client = Self::connect(app).await;
        let params = json!({"protocolVersion": version, "capabilities": {"elicitation": {}}, "clientInfo": {"name": "t", "version": "1"}});
        client
            .send(json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}))
            .await;
        let opened = client.message().await;
        assert_eq!(opened["result"]["protocolVersion"], version);
        client
            .send(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))
            .await;
        client
    }

    async fn post(&self, body: impl Into<bytes::Bytes>) -> Answer {
        self.app
            .post(&self.address, body)
            .header("content-type", "application/json")
            .send()
            .await
    }

    async fn send(&self, message: Value) {
        assert_eq!(
            self.post(message.to_string()).await.status,
            202,
            "{message}"
        );
    }

    async fn call(&self, id: Value, tool: &str, arguments: Value) {
        let params = json!({"name": tool, "arguments": arguments});
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}))
            .await;
    }

    async fn message(&mut self) -> Value {
        self.events.message().await
    }
}

#[tokio::test]
async fn the_first_event_is_where_to_post_to() {
    let app = TestApp::start().await;
    let client = Client::connect(&app).await;
    assert!(
        client.address.starts_with("/messages?session_id="),
        "{}",
        client.address
    );
    let other = Client::connect(&app).await;
    assert_ne!(client.address, other.address);
}

#[tokio::test]
async fn a_call_is_answered_on_the_stream_with_its_id() {
    let app = TestApp::start().await;
    let mut client = Client::open(&app).await;
    for id in [json!(0), json!("a"), json!(-5)] {
        client
            .call(id.clone(), "echo", json!({"text": "hello"}))
            .await;
        let answer = client.message().await;
        assert_eq!(answer["id"], id);
        assert_eq!(answer["result"]["structuredContent"]["text"], "hello");
    }
}

#[tokio::test]
async fn a_failing_call_leaves_the_session_standing() {
    let app = TestApp::start().await;
    let mut client = Client::open(&app).await;
    for (tool, text) in [("crash", "internal"), ("stall", "0.25 s"), ("echo", "text")] {
        client.call(json!(1), tool, json!({})).await;
        let result = client.message().await["result"].clone();
        assert_eq!(result["isError"], true, "{tool}");
        assert!(
            result["content"][0]["text"].to_string().contains(text),
            "{result}"
        );
    }
    client
        .send(json!({"jsonrpc": "2.0", "id": 2, "method": "no/such"}))
        .await;
    assert_eq!(client.message().await["error"]["code"], -32601);
    client
        .send(json!({"jsonrpc": "2.0", "id": 3, "method": "ping"}))
        .await;
    assert_eq!(client.message().await["result"], json!({}));
}

#[tokio::test]
async fn a_tool_that_asks_is_answered_over_the_same_address() {
    let app = TestApp::start().await;
    let mut client = Client::open(&app).await;
    client.call(json!(1), "ask", json!({})).await;
    let question = client.message().await;
    assert_eq!(question["method"], "elicitation/create");
    let result = json!({"action": "accept", "content": {"name": "Ada"}});
    client
        .send(json!({"jsonrpc": "2.0", "id": question["id"], "result": result}))
        .await;
    assert_eq!(
        client.message().await["result"]["content"][0]["text"],
        "Hello, Ada!"
    );
}

#[tokio::test]
async fn progress_comes_before_the_result() {
    let app = TestApp::start().await;
    let mut client = Client::open(&app).await;
    let params = json!({"name": "report", "_meta": {"progressToken": "p"}});
    client
        .send(json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}))
        .await;
    for step in 1..=3 {
        let note = client.message().await;
        assert_eq!(note["params"]["progress"].as_f64(), Some(f64::from(step)));
    }
    assert_eq!(client.message().await["id"], 1);
}

#[tokio::test]
async fn changes_reach_the_stream() {
    let app = TestApp::start().await;
    let mut client = Client::open(&app).await;
    let method = "notifications/tools/list_changed";
    app.announce_until(Change::Tools, &mut client.events, method)
        .await;
}

#[tokio::test]
async fn an_unknown_session_is_404_in_json_rpc() {
    let app = TestApp::start().await;
    for path in [
        "/messages?session_id=no-such",
        "/messages",
        "/messages?session_id=",
        "/messages?sessionId=x",
    ] {
        assert_eq!(app.post(path, "{}").send().await.fault().0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_client_that_leaves_gives_up_its_place() {
    let app = TestApp::start().await;
    let Client {
        events, address, ..
    } = Client::open(&app).await;
    drop(events);
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"}).to_string();
    within(async { while app.post(&address, ping.clone()).send().await.status != 404 {} }).await;
}

#[tokio::test]
async fn a_client_that_leaves_leaves_no_task() {
    let app = TestApp::start().await;
    for _ in 0..20 {
        drop(Client::open(&app).await);
    }
    app.until_idle().await;
}

#[tokio::test]
async fn answers_that_are_never_taken_are_not_kept_without_end() {
    let app = TestApp::with(&[("MESH_BUDGET_MS", "600000")]).await;
    let client = Client::open(&app).await;
    let hold = |id: u32| {
        let params = json!({"name": "hold", "arguments": {"key": unique()}});
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}).to_string()
    };
    for id in 1..=64 {
        assert_eq!(client.post(hold(id)).await.status, 202, "{id}");
    }
    let refused = client.post(hold(65)).await;
    assert_eq!((refused.status, &refused.json()["id"]), (503, &json!(65)));
    assert_eq!(client.post(hold(64)).await.fault(), (400, -32600));
    let cancelled =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 64}});
    client.send(cancelled).await;
    assert_eq!(client.post(hold(65)).await.status, 202);
}

#[tokio::test]
async fn a_client_that_leaves_takes_its_calls_along() {
    let app = TestApp::with(&[("MESH_BUDGET_MS", "600000")]).await;
    let client = Client::open(&app).await;
    let key = unique();
    client.call(json!(1), "hold", json!({"key": key})).await;
    Calls::until(&key, "began").await;
    drop(client);
    Calls::until(&key, "ended").await;
}

#[tokio::test]
async fn a_call_taken_back_is_dropped() {
    let app = TestApp::with(&[("MESH_BUDGET_MS", "600000")]).await;
    let client = Client::open(&app).await;
    let key = unique();
    client.call(json!(1), "hold", json!({"key": key})).await;
    Calls::until(&key, "began").await;
    client.send(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}})).await;
    Calls::until(&key, "ended").await;
}

#[tokio::test]
async fn what_is_no_message_is_refused_where_it_was_posted() {
    let app = TestApp::start().await;
    let client = Client::open(&app).await;
    for (body, fault) in [
        ("{", (400, -32700)),
        ("", (400, -32700)),
        ("5", (400, -32600)),
        ("[]", (400, -32600)),
        ("{\"id\":1}", (400, -32600)),
    ] {
        assert_eq!(client.post(body).await.fault(), fault, "{body}");
    }
    assert_eq!(client.post(vec![b' '; 5_000_000]).await.fault().0, 413);
}

#[tokio::test]
async fn a_batch_is_taken_whole_or_not_in_the_revision_that_has_them() {
    let app = TestApp::start().await;
    let ping = |id: u8| json!({"jsonrpc": "2.0", "id": id, "method": "ping"});
    let batch = json!([ping(1), ping(2)]).to_string();
    let client = Client::open(&app).await;
    assert_eq!(client.post(batch.clone()).await.fault(), (400, -32600));
    let mut client = Client::open_in(&app, "2025-03-26").await;
    let broken = json!([ping(3), {"id": 4}]).to_string();
    assert_eq!(client.post(broken).await.fault(), (400, -32600));
    let twice = json!([ping(5), ping(5)]).to_string();
    assert_eq!(client.post(twice).await.fault(), (400, -32600));
    let many = Value::from_iter((6..30).map(ping)).to_string();
    assert_eq!(client.post(many).await.fault(), (400, -32600));
    assert_eq!(client.post(batch).await.status, 202);
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(client.message().await["id"].as_u64());
    }
    ids.sort_unstable();
    assert_eq!(ids, [Some(1), Some(2)]);
}

#[tokio::test]
async fn an_id_that_could_not_come_back_is_refused() {
    let app = TestApp::start().await;
    let client = Client::open(&app).await;
    for message in [
        json!({"method": "ping"}),
        json!({"id": 1.5, "method": "ping"}),
        json!({"id": null, "method": "ping"}),
    ] {
        assert_eq!(
            client.post(message.to_string()).await.fault(),
            (400, -32600),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_stopping_server_ends_the_stream() {
    let mut app = TestApp::start().await;
    let Client { events, .. } = Client::open(&app).await;
    app.stop();
    assert!(events.messages().await.is_empty());
    app.stopped().await;
}
