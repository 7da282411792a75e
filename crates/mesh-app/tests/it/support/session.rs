use http::Method;
use serde_json::{Value, json};

use super::{Answer, Events, Request, TestApp};

/// A client that opened with `initialize`, and keeps to the session it was given.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    app: &'a TestApp,
    pub(crate) id: String,
}

impl<'a> Session<'a> {
    /// Opens as a client that can be asked.
    pub(crate) async fn open(app: &'a TestApp) -> Self {
        let client = json!({"name": "tests", "version": "1"});
        let params = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {"elicitation": {}},
            "clientInfo": client,
        });
        let request = app
            .legacy("initialize", params)
            .without("mcp-protocol-version");
        let answer = request.without("accept").send().await;
        assert_eq!(answer.result()["protocolVersion"], "2025-11-25");
        let id = answer.header("mcp-session-id").to_owned();
        let session = Self { app, id };
        let opened = session.notify("notifications/initialized", json!({})).await;
        assert_eq!((opened.status, opened.text()), (202, String::new()));
        session
    }

    fn with_id(&self, request: Request) -> Request {
        request.header("mcp-session-id", &self.id)
    }

    pub(crate) fn request(&self, method: &str, params: Value) -> Request {
        self.with_id(self.app.legacy(method, params))
    }

    pub(crate) fn call(&self, tool: &str, arguments: Value) -> Request {
        self.with_id(self.app.call(tool, arguments))
    }

    pub(crate) async fn notify(&self, method: &str, params: Value) -> Answer {
        let body = json!({"jsonrpc": "2.0", "method": method, "params": params});
        self.request(method, params)
            .body(body.to_string())
            .send()
            .await
    }

    /// Answers what the server asked under `id`.
    pub(crate) async fn answer(&self, id: &Value, result: Value) -> Answer {
        let body = json!({"jsonrpc": "2.0", "id": id, "result": result});
        self.request("", Value::Null)
            .body(body.to_string())
            .send()
            .await
    }

    /// What the server says on its own.
    pub(crate) async fn listen(&self) -> Events {
        let request = self.app.get("/rpc").header("accept", "text/event-stream");
        self.with_id(request).stream().await
    }

    /// What was said, and is kept, since the event with that id.
    pub(crate) async fn take_up(&self, event: &str) -> Events {
        let request = self.app.get("/rpc").header("accept", "text/event-stream");
        let request = request.header("last-event-id", event);
        self.with_id(request).stream().await
    }

    pub(crate) fn end(&self) -> Request {
        self.with_id(self.app.request(Method::DELETE, "/rpc"))
    }
}
