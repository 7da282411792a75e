//! A server that lies in one way: our own behind a proxy that alters what passes.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::fake;

/// What a caller asks.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The method of JSON-RPC.
    pub(crate) fn rpc(&self) -> &str {
        self.body["method"].as_str().unwrap_or_default()
    }

    /// The tool that is called.
    pub(crate) fn tool(&self) -> &str {
        match self.rpc() {
            "tools/call" => self.body["params"]["name"].as_str().unwrap_or_default(),
            _ => self.path.strip_prefix("/tools/").unwrap_or_default(),
        }
    }

    /// What is shown in place of a token.
    pub(crate) fn shown(&self) -> Option<&str> {
        self.header("authorization")
    }
}

/// What it is answered.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// As text where it is not JSON.
    pub(crate) body: Value,
}

impl Answered {
    pub(crate) fn set(&mut self, name: &'static str, value: &'static str) {
        let name = HeaderName::from_static(name);
        self.headers.insert(name, HeaderValue::from_static(value));
    }

    /// The result of JSON-RPC, or the body where there is none around it.
    pub(crate) fn result(&mut self) -> &mut Value {
        if self.body.get("jsonrpc").is_some() {
            return &mut self.body["result"];
        }
        &mut self.body
    }

    /// The tools that are listed, in either of both.
    pub(crate) fn tools(&mut self) -> Option<&mut Vec<Value>> {
        let place = match self.body.get("jsonrpc") {
            Some(_) => "/result/tools",
            None => "/tools",
        };
        self.body.pointer_mut(place)?.as_array_mut()
    }

    /// Alters what a tool says, in its text and its structure alike.
    pub(crate) fn say(&mut self, alter: impl FnOnce(&mut Value)) {
        let result = self.result();
        let mut said = result["structuredContent"].take();
        alter(&mut said);
        result["content"][0]["text"] = said.to_string().into();
        result["structuredContent"] = said;
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Lie {
    /// Who is let in without the token.
    pub(crate) admits: fn(&Asked) -> bool,
    pub(crate) tells: fn(&Asked, &mut Answered),
}

#[derive(Clone)]
struct Liar {
    honest: String,
    token: &'static str,
    http: reqwest::Client,
    lie: Lie,
}

/// A proxy before the server at `honest`, which wants `token`.
pub(crate) fn before(honest: &str, token: &'static str, lie: Lie) -> String {
    // Another proxy of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build();
    let liar = Liar {
        honest: honest.to_owned(),
        token,
        http: http.expect("a client"),
        lie,
    };
    fake::serve(Router::new().fallback(pass).with_state(liar))
}

const MAX_BODY: usize = 1 << 20;

async fn pass(State(liar): State<Liar>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await.expect("a body");
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    };
    let is_admitted = (liar.lie.admits)(&asked);
    if is_admitted && asked.path == "/sse" {
        return endless();
    }
    let url = format!("{}{}", liar.honest, parts.uri);
    let mut headers = asked.headers.clone();
    if is_admitted {
        let token = format!("Bearer {}", liar.token);
        headers.insert(header::AUTHORIZATION, token.parse().expect("a header"));
    }
    headers.remove(header::HOST);
    let sent = liar.http.request(parts.method, url).headers(headers);
    let answer = sent.body(body).send().await.expect("an answer");
    let (status, mut headers) = (answer.status().as_u16(), answer.headers().clone());
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    let bytes = answer.bytes().await.expect("a body");
    let mut answered = Answered {
        status,
        body: read(&bytes),
        headers,
    };
    let was_events = answered.body.is_string() && asked.method == "POST";
    if was_events && let Some(message) = last_event(&bytes) {
        answered.body = message;
        answered.set("content-type", "application/json");
    }
    (liar.lie.tells)(&asked, &mut answered);
    let status = StatusCode::from_u16(answered.status).expect("a status");
    let text = match &answered.body {
        Value::String(text) => text.clone(),
        body => body.to_string(),
    };
    (status, answered.headers, text).into_response()
}

fn read(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned().into())
}

/// What an answer that came as events says.
fn last_event(bytes: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(bytes);
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter_map(|data| serde_json::from_str(data).ok())
        .next_back()
}

/// A stream of events that stays open.
fn endless() -> Response {
    let first = tokio_stream::once(Ok::<_, std::convert::Infallible>(
        "event: endpoint\ndata: /messages?session=1\n\n",
    ));
    let stream = tokio_stream::StreamExt::chain(first, tokio_stream::pending());
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    (kind, Body::from_stream(stream)).into_response()
}
