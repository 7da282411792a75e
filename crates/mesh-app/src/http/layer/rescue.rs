use std::panic::AssertUnwindSafe;

use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use http::{StatusCode, header};
use mesh_gateway::name;

use crate::rescue::{INTERNAL_ERROR, INVALID_REQUEST, Refusal, refuse};

/// A panic in a route is an answer like any other fault, and the process serves on; what axum refuses in plain text, before a
/// route of ours is asked, is told in JSON.
pub(in crate::http) async fn rescue(request: Request, next: Next) -> Response {
    let form = Form::of(request.uri().path());
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) if is_plain_refusal(&response) => reword(form, response).await,
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a route panicked; its message is above");
            form.refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal error".to_owned(),
            )
        }
    }
}

/// How a route refuses.
#[derive(Clone, Copy)]
enum Form {
    JsonRpc,
    Plain,
}

impl Form {
    fn of(path: &str) -> Self {
        match path {
            "/" | "/rpc" | "/mcp" | "/api/v1/mcp" | "/messages" => Self::JsonRpc,
            _ if is_of_one_server(path) => Self::JsonRpc,
            _ => Self::Plain,
        }
    }

    fn refusal(self, status: StatusCode, message: String) -> Response {
        let is_ours = status.is_server_error();
        match self {
            Self::JsonRpc => {
                let code = if is_ours {
                    INTERNAL_ERROR
                } else {
                    INVALID_REQUEST
                };
                Refusal::new(status, code, message).into_response()
            }
            Self::Plain => refuse(
                status,
                if is_ours { "internal" } else { "bad_request" },
                &message,
            ),
        }
    }
}

/// `/mcp/{server}`. Below it are plain routes, and `/mcp/servers` is one.
fn is_of_one_server(path: &str) -> bool {
    let server = path.strip_prefix("/mcp/");
    server.is_some_and(|server| !server.contains('/') && server != name::RESERVED)
}

fn is_plain_refusal(response: &Response) -> bool {
    let status = response.status();
    let media_type = response.headers().get(header::CONTENT_TYPE);
    (status.is_client_error() || status.is_server_error())
        && media_type.is_none_or(|media_type| media_type.as_bytes().starts_with(b"text/plain"))
}

/// What went wrong inside is logged, and never told.
async fn reword(form: Form, response: Response) -> Response {
    const MAX_LENGTH: usize = 1024;
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, MAX_LENGTH).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let message = match parts.status {
        status if status.is_server_error() => {
            tracing::error!(%status, message = text, "a route failed");
            "internal error".to_owned()
        }
        status if text.is_empty() => status.canonical_reason().unwrap_or("refused").to_owned(),
        _ => text,
    };
    let mut reworded = form.refusal(parts.status, message);
    for (name, value) in &parts.headers {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            reworded.headers_mut().append(name, value.clone());
        }
    }
    reworded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_of_one_server_refuses_as_the_others_do() {
        for path in ["/rpc", "/mcp", "/mcp/github", "/mcp/my%20server"] {
            assert!(matches!(Form::of(path), Form::JsonRpc), "{path}");
        }
        for path in ["/mcp/servers", "/mcp/github/tools", "/mcp/github/tools/x"] {
            assert!(matches!(Form::of(path), Form::Plain), "{path}");
        }
    }
}
