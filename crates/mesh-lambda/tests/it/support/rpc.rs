//! Requests to a Function URL, signed where nothing else is said.

use http::Method;
use mesh_emulator::{Event, Identity};
use serde_json::{Value, json};

use super::ADA;

pub(crate) const NEWEST: &str = "2026-07-28";

pub(crate) fn stranger(method: Method, target: &str) -> Event {
    Event::function_url(method, target)
}

pub(crate) fn get(target: &str) -> Event {
    stranger(Method::GET, target).signed_by(Identity::of(ADA))
}

pub(crate) fn post(target: &str, body: &Value) -> Event {
    stranger(Method::POST, target)
        .signed_by(Identity::of(ADA))
        .json(body)
}

/// As a client of the revisions that open with `initialize`.
pub(crate) fn legacy(method: &str, params: Value) -> Event {
    let mut body = json!({"jsonrpc": "2.0", "id": 7, "method": method});
    body["params"] = params;
    post("/rpc", &body).header("mcp-protocol-version", "2025-11-25")
}

/// As a client of 2026-07-28.
pub(crate) fn modern(method: &str, mut params: Value) -> Event {
    let name = params["name"].as_str().map(str::to_owned);
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": NEWEST,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let body = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
    let event = post("/rpc", &body)
        .header("mcp-protocol-version", NEWEST)
        .header("mcp-method", method);
    match name {
        Some(name) => event.header("mcp-name", name),
        None => event,
    }
}

pub(crate) fn call(tool: &str, arguments: Value) -> Event {
    legacy("tools/call", tool_of(tool, arguments))
}

pub(crate) fn modern_call(tool: &str, arguments: Value) -> Event {
    modern("tools/call", tool_of(tool, arguments))
}

/// A call whose client wants to hear how far it is.
pub(crate) fn followed(tool: &str, arguments: Value) -> Event {
    let mut params = tool_of(tool, arguments);
    params["_meta"] = json!({"progressToken": "p"});
    legacy("tools/call", params)
}

fn tool_of(tool: &str, arguments: Value) -> Value {
    let mut params = json!({"name": tool});
    params["arguments"] = arguments;
    params
}

/// The text of a tool's result, and whether it is an error.
pub(crate) fn told(answer: &Value) -> (&str, bool) {
    let text = answer["result"]["content"][0]["text"].as_str();
    let is_error = answer["result"]["isError"] == true;
    (
        text.unwrap_or_else(|| panic!("no text: {answer}")),
        is_error,
    )
}
