//! `/tools` and `/tools/{name}`: the tools for callers that speak no MCP, with the old server's bodies.

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use mesh_core::truncate;
use mesh_tools::ToolError;
use mesh_tools::ask::Silent;
use mesh_tools::error::whole_seconds;
use serde_json::json;

use super::super::{body, json};
use crate::app::App;
use crate::dispatch::{self, Call, Round};
use crate::mcp::{Incoming, tool_result};
use crate::rescue::json_response;

pub(in crate::http) async fn list(
    State(app): State<App>,
    Extension(incoming): Extension<Incoming>,
) -> Response {
    dispatch::prepare(&app, incoming.request.deadline).await;
    let listing = app.listing(&incoming.request.caller);
    json_response(StatusCode::OK, &json!({"tools": listing.tools}))
}

pub(in crate::http) async fn describe(
    State(app): State<App>,
    Path(name): Path<String>,
    Extension(incoming): Extension<Incoming>,
) -> Response {
    dispatch::prepare(&app, incoming.request.deadline).await;
    match app.listing(&incoming.request.caller).tool(&name) {
        Some(tool) => json_response(StatusCode::OK, &json!(tool)),
        None => failed(StatusCode::NOT_FOUND, &unknown(&name), &name),
    }
}

/// The body is the arguments themselves; the answer is the tool's result, without an envelope.
pub(in crate::http) async fn call(
    State(app): State<App>,
    Path(name): Path<String>,
    Extension(incoming): Extension<Incoming>,
    request: Request,
) -> Response {
    let bytes = match body::read(request.into_body(), app.config.server.max_body_bytes).await {
        Ok(bytes) => bytes,
        Err(refusal) => return failed(refusal.status, &refusal.message, &name),
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        incoming.tally.failure("no_body");
        return json_response(
            StatusCode::BAD_REQUEST,
            &json!({"error": "Request body required for tool calls"}),
        );
    }
    let arguments = match json::parse(&bytes) {
        Ok((arguments, _)) => arguments,
        Err(refusal) => {
            incoming.tally.failure("parse");
            return failed(refusal.status, &refusal.message, &name);
        }
    };
    let call = Call {
        incoming: &incoming,
        talk: &Silent,
        round: Round::Whole,
    };
    match dispatch::call(&app, call, &name, arguments).await {
        Ok(Ok(reply)) => json_response(StatusCode::OK, &json!(tool_result(reply))),
        Ok(Err(error)) => {
            let mut response = failed(status(&error), &error.to_string(), &name);
            if let Some(wait) = error.retry_after() {
                let seconds = HeaderValue::from(whole_seconds(wait));
                response.headers_mut().insert(header::RETRY_AFTER, seconds);
            }
            response
        }
        Err(dispatch::UnknownTool) => failed(StatusCode::NOT_FOUND, &unknown(&name), &name),
    }
}

fn unknown(name: &str) -> String {
    format!("Unknown tool: {}", truncate(name))
}

fn failed(status: StatusCode, message: &str, tool: &str) -> Response {
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
        _ => StatusCode::BAD_REQUEST,
    }
}
