use http::Method;
use mesh_emulator::{Event, Identity, Payload, Reply};
use serde_json::{Value, json};

/// What each contestant is asked, as events of a Function URL that asks for IAM.
#[derive(Clone)]
pub(crate) struct Requests {
    pub(crate) list: Payload,
    /// The least that a tool of each does: it tells how the server is.
    pub(crate) call: Payload,
    /// The first event of a process.
    pub(crate) first: Payload,
}

impl Requests {
    pub(crate) fn to(path: &str) -> Self {
        let list = event(path, "tools/list", &json!({}));
        Self {
            call: call(path, "get_system_health", &json!({})),
            first: list.clone(),
            list,
        }
    }

    pub(crate) fn and_first(self, first: Payload) -> Self {
        Self { first, ..self }
    }
}

/// A question to the documents.
pub(crate) fn question(path: &str, query: &str) -> Payload {
    call(path, "query_aoma_knowledge", &json!({ "query": query }))
}

/// To the server of the children, which tells the time.
pub(crate) fn time(path: &str, tool: &str) -> Payload {
    call(path, tool, &json!({ "timezone": "UTC" }))
}

fn call(path: &str, tool: &str, arguments: &Value) -> Payload {
    event(
        path,
        "tools/call",
        &json!({ "name": tool, "arguments": arguments }),
    )
}

fn event(path: &str, method: &str, params: &Value) -> Payload {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let event = Event::function_url(Method::POST, path)
        .json(&message)
        .header("mcp-protocol-version", "2025-11-25")
        .signed_by(Identity::of("arn:aws:iam::123456789012:user/bench"));
    Payload::from(&event)
}

/// Whether it is a JSON-RPC result, and none that says the tool failed.
pub(crate) fn is_success(reply: &Reply) -> bool {
    let result = &reply.json()["result"];
    reply.status == 200 && result.is_object() && result["isError"] != true
}
