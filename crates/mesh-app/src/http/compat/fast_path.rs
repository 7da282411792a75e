//! The two requests that make up most of the traffic, answered without the SDK where nothing of it is needed: a request of a
//! handshake revision that stands alone, lists or calls tools, and wants to hear nothing before its answer.
//!
//! The SDK would parse it a second time, start two tasks for it and build the same list anew. What it would answer is what is
//! answered here: a test holds the two to each other.

use axum::response::Response;
use bytes::Bytes;
use http::{StatusCode, request::Parts};
use mesh_core::Revision;
use mesh_tools::ToolError;
use mesh_tools::ask::Silent;
use rmcp::ErrorData;
use rmcp::model::CallToolResult;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::envelope::{Kind, Message};
use super::{Rpc, name_a_session, takes_events};
use crate::app::App;
use crate::dispatch::{self, Call, Called, Round, UnknownTool};
use crate::edge::{Edge, Escaped};
use crate::mcp::{
    Incoming, told_failure, tool_failure, tool_result_in, unknown_tool, upstream_error,
};
use crate::remote::{self, for_handshake};
use crate::rescue::bytes_response;

const REVISION: &str = "mcp-protocol-version";
const JSON: &str = "application/json";
/// Of a result, and of the message around it.
const END: &str = "}}";

/// The answer, or nothing where the SDK has to see the request.
pub(super) async fn answer(rpc: &Rpc, parts: &Parts, message: &Message) -> Option<Response> {
    let incoming = parts.extensions.get::<Incoming>()?;
    let stands_alone =
        message.kind == Kind::Request && !message.is_modern && !name_a_session(&parts.headers);
    if !stands_alone || !is_of_handshake(parts) {
        return None;
    }
    let none = Map::new();
    let params = match message.frame.get("params") {
        None => &none,
        Some(Value::Object(params)) => params,
        Some(_) => return None,
    };
    match message.frame.get("method")?.as_str()? {
        "tools/list" if !params.contains_key("cursor") => {
            Some(list(&rpc.app, parts, incoming, message).await)
        }
        "tools/call" if is_quiet(&rpc.app, parts, params) => {
            call(&rpc.app, parts, incoming, message, params).await
        }
        _ => None,
    }
}

/// The revisions with `initialize` call without metadata of their own.
fn is_of_handshake(parts: &Parts) -> bool {
    let version = parts.headers.get(REVISION);
    version.is_none_or(|version| {
        let version = version.to_str().ok();
        version.and_then(Revision::of_handshake).is_some()
    })
}

/// 2025-06-18, basic/transports: from then on clients say which they speak.
fn revision(parts: &Parts) -> Option<&str> {
    parts.headers.get(REVISION)?.to_str().ok()
}

/// Nothing is said before the answer: no tool logs, and progress is not asked for or could not be taken.
fn is_quiet(app: &App, parts: &Parts, params: &Map<String, Value>) -> bool {
    let asks_for_progress = params
        .get("_meta")
        .is_some_and(|meta| meta.get("progressToken").is_some());
    !(app.catalog.uses.logging || asks_for_progress && takes_events(parts))
}

async fn call(
    app: &App,
    parts: &Parts,
    incoming: &Incoming,
    message: &Message,
    params: &Map<String, Value>,
) -> Option<Response> {
    let name = params.get("name")?.as_str()?;
    let arguments = match params.get("arguments") {
        None => Value::Null,
        Some(arguments @ Value::Object(_)) => arguments.clone(),
        Some(_) => return None,
    };
    let call = Call {
        incoming,
        talk: &Silent,
        round: Round::Whole,
    };
    let called = dispatch::call(app, call, name, arguments).await;
    Some(respond(message, result(called, name, revision(parts))))
}

fn result(
    called: Result<Result<Called, ToolError>, UnknownTool>,
    name: &str,
    revision: Option<&str>,
) -> Result<Outcome, ErrorData> {
    let mut result = match called {
        Err(UnknownTool) => return Err(unknown_tool(name)),
        Ok(Ok(Called::Reply(reply))) => tool_result_in(reply, revision),
        Ok(Ok(Called::Remote(Ok(result)))) => return Ok(Outcome::Remote(for_handshake(result))),
        Ok(Ok(Called::Remote(Err(fault)))) => return Err(upstream_error(&fault, false)),
        Ok(Err(error @ ToolError::MissingCapability(_))) => told_failure(&error),
        Ok(Err(error)) => tool_failure(error)?,
    };
    // 2026-07-28 brought it.
    result.result_type = None;
    Ok(Outcome::Own(result))
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Own(CallToolResult),
    Remote(Box<RawValue>),
}

/// For a platform that wants it as a string of JSON, the list is at hand in that form, too.
async fn list(app: &App, parts: &Parts, incoming: &Incoming, message: &Message) -> Response {
    dispatch::prepare(app, incoming.scope.as_deref(), incoming).await;
    incoming.tally.success();
    let listing = app.listing_of(incoming);
    let mut body = written(message, Ok(&*listing.handshake));
    let mut end = END.to_owned();
    if let Some(states) = remote::states(app, &listing) {
        end = format!(r#","_meta":{}{END}"#, Value::Object(states));
        body.truncate(body.len() - END.len());
        body.extend_from_slice(end.as_bytes());
    }
    let body = Bytes::from(body);
    let mut response = bytes_response(StatusCode::OK, JSON, body.clone());
    if parts.extensions.get::<Edge>().is_some()
        && let Some(json) = std::str::from_utf8(&body)
            .ok()
            .and_then(|text| listing.escape(text, &end))
    {
        let json = json.into();
        response.extensions_mut().insert(Escaped { body, json });
    }
    response
}

#[derive(Serialize)]
struct Answer<'a, T> {
    jsonrpc: &'static str,
    /// Absent where the client sent none, as the old server had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorData>,
}

fn respond<T: Serialize>(message: &Message, outcome: Result<T, ErrorData>) -> Response {
    bytes_response(StatusCode::OK, JSON, written(message, outcome))
}

fn written<T: Serialize>(message: &Message, outcome: Result<T, ErrorData>) -> Vec<u8> {
    let (result, error) = match outcome {
        Ok(result) => (Some(result), None),
        Err(error) => (None, Some(error)),
    };
    let answer = Answer {
        jsonrpc: "2.0",
        id: message.sent_id(),
        result,
        error,
    };
    serde_json::to_vec(&answer).expect("results and errors can be written as JSON")
}
