//! In front of the SDK's Streamable HTTP service: what old and careless clients send is made into what the SDK expects, and
//! what the SDK answers in plain text is made into JSON-RPC.
//!
//! Clients are patient with little (see the tests): a 4xx or 5xx ends some sessions for good, an answer without their id is
//! waited for without end. So every request that could be read gets its answer with its id, and whatever the application
//! decides is HTTP 200 for the revisions before 2026-07-28; that one has its own table of statuses, which the SDK keeps.

mod answer;
mod batch;
mod direct;
mod envelope;
mod headers;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use http_body_util::Full;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::Value;

use self::envelope::{Kind, Message};
use super::body;
use crate::app::App;
use crate::config::Switch;
use crate::mcp::{Handler, Incoming, Mode};
use crate::rescue::{INTERNAL_ERROR, INVALID_REQUEST, PARSE_ERROR, Refusal, refuse};

pub(super) use self::envelope::read as read_message;

/// The SDK's two services: one for requests that stand alone, one that keeps sessions.
#[derive(Clone)]
pub(super) struct Rpc {
    app: App,
    stateless: StreamableHttpService<Handler, NeverSessionManager>,
    sessions: Option<Sessions>,
    listing: direct::Listing,
}

#[derive(Clone)]
struct Sessions {
    service: StreamableHttpService<Handler, LocalSessionManager>,
    manager: Arc<LocalSessionManager>,
}

impl Rpc {
    pub(super) fn new(app: App) -> Self {
        let handler = Handler::new(app.clone(), Mode::Stateless);
        let stateless = StreamableHttpService::new(
            move || Ok(handler.clone()),
            Arc::new(NeverSessionManager::default()),
            config(&app).with_legacy_session_mode(false),
        );
        let sessions = (app.config.sessions == Switch::On).then(|| Sessions::new(&app));
        Self {
            app,
            stateless,
            sessions,
            listing: direct::Listing::default(),
        }
    }

    pub(super) fn app(&self) -> &App {
        &self.app
    }
}

impl Sessions {
    /// One process keeps no more: who comes after is served without a session.
    const MOST: usize = 1000;
    /// People leave a client open over lunch.
    const IDLE: std::time::Duration = std::time::Duration::from_secs(3600);

    fn new(app: &App) -> Self {
        let mut manager = LocalSessionManager::default();
        manager.session_config.keep_alive = Some(Self::IDLE);
        let manager = Arc::new(manager);
        let factory = app.clone();
        let service = StreamableHttpService::new(
            move || Ok(Handler::new(factory.clone(), Mode::Session)),
            Arc::clone(&manager),
            config(app).with_legacy_session_mode(true),
        );
        Self { service, manager }
    }

    async fn know(&self, headers: &HeaderMap) -> bool {
        let id = headers.get(headers::SESSION_ID);
        let Some(id) = id.and_then(|id| id.to_str().ok()) else {
            return false;
        };
        self.manager.sessions.read().await.contains_key(id)
    }

    async fn have_room(&self) -> bool {
        self.manager.sessions.read().await.len() < Self::MOST
    }
}

/// Host and Origin are checked by our own layer, for every route alike, and so is a body's length: one that was mended is
/// longer than it was sent.
fn config(app: &App) -> StreamableHttpServerConfig {
    StreamableHttpServerConfig::default()
        .with_json_response(true)
        .disable_allowed_hosts()
        .with_max_request_body_bytes(usize::MAX)
        .with_cancellation_token(app.stopped.clone())
}

pub(super) async fn rpc(State(rpc): State<Rpc>, request: Request) -> Response {
    let tally = request
        .extensions()
        .get::<Incoming>()
        .map(|incoming| incoming.tally.clone());
    let response = match *request.method() {
        Method::POST => post(&rpc, request).await,
        Method::GET | Method::DELETE => Ok(session_stream(&rpc, request).await),
        _ => Ok(method_not_allowed()),
    };
    response.unwrap_or_else(|refusal| {
        if let Some(tally) = tally {
            tally.failure("refused");
        }
        refusal.into_response()
    })
}

async fn post(rpc: &Rpc, request: Request) -> Result<Response, Refusal> {
    headers::check(request.headers())?;
    let (mut parts, body) = request.into_parts();
    let bytes = body::read(body, rpc.app.config.limits.max_body_bytes).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(no_body());
    }
    let value = parse(&bytes)?;
    headers::mend(&mut parts);
    match value {
        Value::Array(messages) => batch::answer(rpc, &parts, messages).await,
        value => {
            one(
                rpc,
                &parts,
                envelope::read(value, Some(bytes), accepts_events(&parts))?,
            )
            .await
        }
    }
}

/// Serde's own words would quote the body; where it went wrong is enough.
fn parse(bytes: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).map_err(|error| {
        let message = format!(
            "the body is not JSON (line {}, column {})",
            error.line(),
            error.column()
        );
        Refusal::new(StatusCode::BAD_REQUEST, PARSE_ERROR, message)
    })
}

fn accepts_events(parts: &Parts) -> bool {
    parts
        .extensions
        .get::<Incoming>()
        .is_none_or(|incoming| !incoming.json_only)
}

/// Answers one message, within the request's deadline and a moment for the answer itself to be made.
async fn one(rpc: &Rpc, parts: &Parts, message: Message) -> Result<Response, Refusal> {
    const MOMENT: std::time::Duration = std::time::Duration::from_secs(1);
    let incoming = parts.extensions.get::<Incoming>().cloned();
    let deadline = incoming
        .as_ref()
        .map_or_else(|| rpc.app.deadline(), |incoming| incoming.deadline);
    let work = async {
        if let Some(response) = direct::answer(rpc, parts, &message).await {
            return Ok(response);
        }
        let response = forward(rpc, parts, &message).await;
        answer::mend(response, &message, accepts_events(parts)).await
    };
    let response = tokio::time::timeout_at((deadline.at() + MOMENT).into(), work)
        .await
        .unwrap_or_else(|_| {
            Err(Refusal::new(
                StatusCode::OK,
                INTERNAL_ERROR,
                "no answer in time; try again",
            ))
        });
    if let (Some(incoming), Ok(response)) = (incoming, &response)
        && !response.status().is_success()
    {
        incoming.tally.failure("protocol");
    }
    response.map_err(|refusal| refusal.to(message.answer_id()))
}

async fn forward(rpc: &Rpc, parts: &Parts, message: &Message) -> Response {
    let mut request = http::Request::new(Full::new(message.body()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = parts.uri.clone();
    request.headers_mut().clone_from(&parts.headers);
    *request.extensions_mut() = parts.extensions.clone();
    match &rpc.sessions {
        Some(sessions)
            if is_of_a_session(parts, message) || opens_a_session(sessions, message).await =>
        {
            sessions.service.handle(request).await.map(Body::new)
        }
        _ => {
            request.headers_mut().remove(headers::SESSION_ID);
            rpc.stateless.handle(request).await.map(Body::new)
        }
    }
}

pub(super) fn has_session(headers: &HeaderMap) -> bool {
    headers.contains_key(headers::SESSION_ID)
}

fn is_of_a_session(parts: &Parts, message: &Message) -> bool {
    has_session(&parts.headers) && !message.is_modern
}

async fn opens_a_session(sessions: &Sessions, message: &Message) -> bool {
    message.kind == Kind::Initialize && sessions.have_room().await
}

/// A session's stream of server messages, and its end.
async fn session_stream(rpc: &Rpc, request: Request) -> Response {
    let Some(sessions) = rpc
        .sessions
        .as_ref()
        .filter(|_| has_session(request.headers()))
    else {
        return method_not_allowed();
    };
    if !sessions.know(request.headers()).await {
        return no_such_session();
    }
    let ends = request.method() == Method::DELETE;
    let (mut parts, _) = request.into_parts();
    parts
        .headers
        .insert(header::ACCEPT, HeaderValue::from_static(headers::BOTH));
    let request = http::Request::from_parts(parts, Full::new(Bytes::new()));
    let mut response = sessions.service.handle(request).await.map(Body::new);
    // Clients take 202 for a termination that failed.
    if ends && response.status() == StatusCode::ACCEPTED {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    let stopping = rpc.app.stopping.clone();
    answer::mend_stream(response).map(|body| {
        Body::from_stream(
            body.into_data_stream()
                .take_until(stopping.cancelled_owned()),
        )
    })
}

fn no_such_session() -> Response {
    Refusal::new(
        StatusCode::NOT_FOUND,
        INVALID_REQUEST,
        "no such session; send `initialize` to open one",
    )
    .into_response()
}

/// The old server's words for it, which its callers know.
fn no_body() -> Response {
    refuse(
        StatusCode::BAD_REQUEST,
        "Request body required",
        "POST one JSON-RPC message",
    )
}

fn method_not_allowed() -> Response {
    let mut response = refuse(
        StatusCode::METHOD_NOT_ALLOWED,
        "Method not allowed",
        "POST a JSON-RPC message here",
    );
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}
