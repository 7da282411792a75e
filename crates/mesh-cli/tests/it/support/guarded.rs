//! An MCP server behind IAM, on loopback: it lets in whoever signs the very request that arrives, and nobody else.

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
    verifier: Mutex<Verifier>,
    seen: Mutex<Sender<Seen>>,
    /// The one stream of HTTP+SSE.
    events: Mutex<Option<channel::Sender<String>>>,
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
        let (sender, seen) = mpsc::channel();
        let state = Arc::new(Lock {
            verifier: Mutex::new(verifier(key)),
            seen: Mutex::new(sender),
            events: Mutex::default(),
        });
        let router = Router::new().fallback(serve).with_state(Arc::clone(&state));
        let url = fake::serve(router);
        Self { url, state, seen }
    }

    pub(crate) fn rotate(&self, key: &str) {
        *self.state.verifier.lock().expect("no panic") = verifier(key);
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
    let verifier = lock.verifier.lock().expect("no panic").clone();
    let flaw = verifier
        .verify(&parts, &body, Timestamp::now())
        .err()
        .map(|flaw| flaw.to_string());
    let answer = match &flaw {
        Some(flaw) => (StatusCode::FORBIDDEN, json!({"message": flaw}).to_string()).into_response(),
        None => lock.answer(&parts, &body),
    };
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
