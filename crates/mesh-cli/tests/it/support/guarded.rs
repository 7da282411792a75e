//! An MCP server on loopback that lets in whoever signs the very request that arrives, as IAM does, or shows a token; and nobody else.

use std::convert::Infallible;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{self, Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use mesh_emulator::{Credentials, Verifier};
use serde_json::{Value, json};
use tokio::sync::mpsc as channel;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;

use super::fake;

pub(crate) struct Guarded {
    pub(crate) url: String,
    state: Arc<Lock>,
    seen: Receiver<Seen>,
}

/// A request, and why it was not let in.
pub(crate) struct Seen {
    pub(crate) parts: Parts,
    pub(crate) body: Bytes,
    pub(crate) flaw: Option<String>,
}

impl Seen {
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.parts.method, self.parts.uri.path())
    }
}

struct Lock {
    wants: Mutex<Wants>,
    seen: Mutex<Sender<Seen>>,
    /// The one stream of HTTP+SSE.
    events: Mutex<Option<channel::Sender<String>>>,
}

#[derive(Clone)]
enum Wants {
    Signature(Verifier),
    Token(String),
}

impl Wants {
    /// What is wrong with a request, and the status that says so.
    fn flaw(&self, parts: &Parts, body: &[u8]) -> Option<(StatusCode, String)> {
        match self {
            Self::Signature(verifier) => {
                let flaw = verifier.verify(parts, body, Timestamp::now()).err()?;
                Some((StatusCode::FORBIDDEN, flaw.to_string()))
            }
            Self::Token(token) => {
                let shown = parts.headers.get(header::AUTHORIZATION);
                let wanted = format!("Bearer {token}");
                let is_right = shown.is_some_and(|shown| *shown == wanted);
                (!is_right).then(|| (StatusCode::UNAUTHORIZED, "another token".to_owned()))
            }
        }
    }
}

/// The pair of keys that is good for the server; `key` is both halves of it.
fn verifier(key: &str) -> Verifier {
    Verifier {
        credentials: Credentials {
            access_key: key.to_owned(),
            secret_key: format!("secret-of-{key}"),
            session_token: None,
        },
        region: "eu-west-1".to_owned(),
        service: "lambda".to_owned(),
    }
}

impl Guarded {
    /// With the keys `key` and `secret-of-KEY`.
    pub(crate) fn start(key: &str) -> Self {
        Self::wanting(Wants::Signature(verifier(key)))
    }

    pub(crate) fn with_token(token: &str) -> Self {
        Self::wanting(Wants::Token(token.to_owned()))
    }

    fn wanting(wants: Wants) -> Self {
        let (sender, seen) = mpsc::channel();
        let state = Arc::new(Lock {
            wants: Mutex::new(wants),
            seen: Mutex::new(sender),
            events: Mutex::default(),
        });
        let router = Router::new().fallback(serve).with_state(Arc::clone(&state));
        let url = fake::serve(router);
        Self { url, state, seen }
    }

    pub(crate) fn rotate(&self, key: &str) {
        *self.state.wants.lock().expect("no panic") = Wants::Signature(verifier(key));
    }

    /// Another token from now on.
    pub(crate) fn wants(&self, token: &str) {
        *self.state.wants.lock().expect("no panic") = Wants::Token(token.to_owned());
    }

    /// The requests up to the first that has this line.
    pub(crate) fn until(&self, line: &str) -> Vec<Seen> {
        let mut all = Vec::new();
        while all.last().is_none_or(|seen: &Seen| seen.line() != line) {
            let seen = self.seen.recv_timeout(Duration::from_secs(20));
            let told: Vec<_> = all.iter().map(Seen::line).collect();
            all.push(seen.unwrap_or_else(|_| panic!("no `{line}` after {told:?}")));
        }
        all
    }
}

async fn serve(State(lock): State<Arc<Lock>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body::to_bytes(body, 1 << 20).await.expect("a body");
    let wants = lock.wants.lock().expect("no panic").clone();
    let flaw = wants.flaw(&parts, &body);
    let answer = match &flaw {
        Some((status, flaw)) => (*status, json!({"message": flaw}).to_string()).into_response(),
        None => lock.answer(&parts, &body),
    };
    let flaw = flaw.map(|(_, flaw)| flaw);
    let seen = Seen { parts, body, flaw };
    // The test may be over.
    let _ = lock.seen.lock().expect("no panic").send(seen);
    answer
}

impl Lock {
    fn answer(&self, parts: &Parts, body: &Bytes) -> Response {
        match (&parts.method, parts.uri.path()) {
            (&Method::POST, "/moved") => (
                StatusCode::TEMPORARY_REDIRECT,
                [(header::LOCATION, "/mcp?moved=1")],
            )
                .into_response(),
            (&Method::GET, "/sse") => {
                self.stream(Some("event: endpoint\ndata: /messages?of=1\n\n"))
            }
            (&Method::GET, _) => self.stream(None),
            (&Method::DELETE, _) => StatusCode::OK.into_response(),
            (_, "/messages") => {
                if let Some(result) = result(body) {
                    let events = self.events.lock().expect("no panic").clone();
                    let event = format!("event: message\ndata: {result}\n\n");
                    let events = events.expect("a stream");
                    events.try_send(event).expect("somebody reads");
                }
                StatusCode::ACCEPTED.into_response()
            }
            _ => match result(body) {
                Some(result) => (
                    [
                        ("content-type", "application/json"),
                        ("mcp-session-id", "session-1"),
                    ],
                    result.to_string(),
                )
                    .into_response(),
                None => StatusCode::ACCEPTED.into_response(),
            },
        }
    }

    fn stream(&self, first: Option<&str>) -> Response {
        let (sender, events) = channel::channel(16);
        if let Some(first) = first {
            sender.try_send(first.to_owned()).expect("room");
        }
        *self.events.lock().expect("no panic") = Some(sender);
        let body = ReceiverStream::new(events).map(Ok::<_, Infallible>);
        let kind = [("content-type", "text/event-stream")];
        (kind, Body::from_stream(body)).into_response()
    }
}

fn result(body: &Bytes) -> Option<Value> {
    let request: Value = serde_json::from_slice(body).expect("JSON");
    let result = match request["method"].as_str() {
        Some("initialize") => json!({
            "protocolVersion": "2025-06-18", "capabilities": {"tools": {"listChanged": true}},
            "serverInfo": {"name": "s", "version": "1"},
        }),
        Some("tools/list") => {
            json!({"tools": [{"name": "ring", "inputSchema": {"type": "object"}}]})
        }
        Some("tools/call") => json!({"content": [{"type": "text", "text": "rung"}]}),
        Some("server/discover") => {
            let error = json!({"code": -32601, "message": "unknown"});
            return Some(json!({"jsonrpc": "2.0", "id": request["id"], "error": error}));
        }
        _ => return None,
    };
    Some(json!({"jsonrpc": "2.0", "id": request["id"], "result": result}))
}
