//! `/tools` and `/tools/{name}`: the tools for callers that speak no MCP, with the old server's bodies.

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use mesh_core::truncate;
use mesh_tools::ToolError;
use mesh_tools::ask::Silent;
use mesh_tools::error::whole_seconds;
use serde_json::{Value, json};

use super::super::{body, json};
use crate::app::App;
use crate::dispatch::{self, Call, Called, Round};
use crate::mcp::{Incoming, Written, tool_result};
use crate::remote::for_handshake;
use crate::rescue::{Refusal, bytes_response, json_response};

pub(super) const JSON: &str = "application/json";

pub(in crate::http) async fn list(
    State(app): State<App>,
    Extension(incoming): Extension<Incoming>,
) -> Response {
    dispatch::prepare(&app, None, &incoming).await;
    let listing = app.listing(&incoming.request.caller);
    bytes_response(StatusCode::OK, JSON, listing.handshake.get().to_owned())
}

pub(in crate::http) async fn describe(
    State(app): State<App>,
    Path(name): Path<String>,
    Extension(incoming): Extension<Incoming>,
) -> Response {
    dispatch::prepare(&app, None, &incoming).await;
    let listing = app.listing(&incoming.request.caller);
    let remote = listing
        .remote
        .iter()
        .find(|tool| tool.name.as_str() == name);
    let search = listing.search.as_ref();
    let found = remote.map(|tool| tool.definition.get());
    let found = found.or_else(|| search?.definition(&name));
    match (listing.tool(&name), found) {
        (Some(tool), _) => json_response(StatusCode::OK, &json!(tool)),
        (None, Some(definition)) => bytes_response(StatusCode::OK, JSON, definition.to_owned()),
        (None, None) => failed(StatusCode::NOT_FOUND, &unknown(&name), &name),
    }
}

/// The body is the arguments themselves; the answer is the tool's result, without an envelope.
pub(in crate::http) async fn call(
    State(app): State<App>,
    Path(name): Path<String>,
    Extension(mut incoming): Extension<Incoming>,
    request: Request,
) -> Response {
    match body_of(&app, &mut incoming, request).await {
        Ok(Some(arguments)) => answered(&app, &incoming, &name, arguments).await,
        Ok(None) => {
            incoming.tally.failure("no_body");
            json_response(
                StatusCode::BAD_REQUEST,
                &json!({"error": "Request body required for tool calls"}),
            )
        }
        Err(refusal) => failed(refusal.status, &refusal.message, &name),
    }
}

/// The JSON that a call is sent with, which is kept as it was written; None where there is nothing.
pub(super) async fn body_of(
    app: &App,
    incoming: &mut Incoming,
    request: Request,
) -> Result<Option<Value>, Refusal> {
    let bytes = body::read(request.into_body(), app.config.server.max_body_bytes).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    let (body, text) = json::parse(&bytes).inspect_err(|_| incoming.tally.failure("parse"))?;
    incoming.written = Some(Written(text));
    Ok(Some(body))
}

/// What a call comes to, over a route of its own.
pub(super) async fn answered(
    app: &App,
    incoming: &Incoming,
    name: &str,
    arguments: Value,
) -> Response {
    let call = Call {
        incoming,
        talk: &Silent,
        round: Round::Whole,
    };
    match dispatch::call(app, call, name, arguments).await {
        Ok(Ok(Called::Reply(reply))) => json_response(StatusCode::OK, &json!(tool_result(reply))),
        Ok(Ok(Called::Remote(Ok(result)))) => {
            bytes_response(StatusCode::OK, JSON, for_handshake(result).get().to_owned())
        }
        // Another's fault, and no fault of the request's that we could know of.
        Ok(Ok(Called::Remote(Err(fault)))) => {
            failed(StatusCode::BAD_GATEWAY, &fault.to_string(), name)
        }
        Ok(Err(error)) => {
            let mut response = failed(status(&error), &error.to_string(), name);
            if let Some(wait) = error.retry_after() {
                let seconds = HeaderValue::from(whole_seconds(wait));
                response.headers_mut().insert(header::RETRY_AFTER, seconds);
            }
            response
        }
        Err(dispatch::UnknownTool) => failed(StatusCode::NOT_FOUND, &unknown(name), name),
    }
}

fn unknown(name: &str) -> String {
    format!("Unknown tool: {}", truncate(name))
}

pub(super) fn failed(status: StatusCode, message: &str, tool: &str) -> Response {
    json_response(
        status,
        &json!({"error": "Tool call failed", "message": message, "tool": truncate(tool)}),
    )
}

const fn status(error: &ToolError) -> StatusCode {
    match error {
        ToolError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ToolError::Unavailable(_) | ToolError::Overloaded { .. } => StatusCode::SERVICE_UNAVAILABLE,
        ToolError::Denied(_) => StatusCode::FORBIDDEN,
        ToolError::ConfirmationRequired { .. } | ToolError::NotConfirmed(_) => {
            StatusCode::PRECONDITION_REQUIRED
        }
        ToolError::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        ToolError::DeadlineExceeded { .. } => StatusCode::GATEWAY_TIMEOUT,
        ToolError::RequestTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        ToolError::ResultTooLarge(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::BAD_REQUEST,
    }
}
