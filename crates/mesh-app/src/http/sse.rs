//! The HTTP+SSE transport of 2024-11-05: one stream of events to the client, and an address to post messages to.

mod unanswered;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Extension;
use axum::extract::{Query, Request, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt as _, stream};
use http::StatusCode;
use http::request::Parts;
use mesh_core::{Caller, Deadline, lock};
use rmcp::model::{ClientJsonRpcMessage, GetExtensions as _, ServerJsonRpcMessage};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::PollSender;

use self::unanswered::Unanswered;
use super::body;
use super::compat::Messages;
use crate::app::App;
use crate::mcp::{Handler, Incoming, Mode};
use crate::rescue::{Refusal, refuse};
use crate::tally::Tally;

/// One process keeps no more open at once.
const MAX: usize = 500;
/// Of one caller from outside, so that none takes all of them.
const MAX_OF_ONE: usize = MAX / 10;
/// Messages in flight in one direction; a client that reads slower is waited for.
const CAPACITY: usize = 16;

#[derive(Clone)]
pub(super) struct Clients {
    app: App,
    open: Arc<Mutex<HashMap<String, Client>>>,
}

#[derive(Clone)]
struct Client {
    inbox: mpsc::Sender<ClientJsonRpcMessage>,
    messages: Messages,
    unanswered: Unanswered,
    /// Whose stream it is: in another caller's hands its address is that of no stream.
    caller: Caller,
}

impl Clients {
    pub(super) fn new(app: App) -> Self {
        Self {
            app,
            open: Arc::default(),
        }
    }

    fn add(&self, id: &str, client: Client) -> Option<Seat> {
        let mut open = self.lock();
        let own = open
            .values()
            .filter(|open| open.caller.id() == client.caller.id());
        let has_its_share = client.caller != Caller::Local && own.count() >= MAX_OF_ONE;
        if open.len() >= MAX || has_its_share {
            return None;
        }
        open.insert(id.to_owned(), client);
        Some(Seat {
            clients: self.clone(),
            id: id.to_owned(),
        })
    }

    fn find(&self, id: &str, caller: &Caller) -> Option<Client> {
        let client = self.lock().get(id).cloned();
        client.filter(|client| client.caller.id() == caller.id())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Client>> {
        lock(&self.open)
    }
}

/// A client's place, given up when its stream is dropped. Its inbox closes, and with it what serves it.
struct Seat {
    clients: Clients,
    id: String,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.clients.lock().remove(&self.id);
    }
}

/// Opens the stream. Its first event names where to post.
pub(super) async fn open(
    State(clients): State<Clients>,
    Extension(incoming): Extension<Incoming>,
) -> Response {
    let (inbox, messages) = mpsc::channel(CAPACITY);
    let (answers, outbox) = mpsc::channel::<ServerJsonRpcMessage>(CAPACITY);
    let unanswered = Unanswered::default();
    let client = Client {
        inbox,
        messages: Messages::default(),
        unanswered: unanswered.clone(),
        caller: incoming.request.caller,
    };
    let Some((id, seat)) =
        session_id().and_then(|id| clients.add(&id, client).map(|seat| (id, seat)))
    else {
        return refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "too many open streams; close one, or use /rpc",
        );
    };
    tokio::spawn(serve(clients.app.clone(), messages, answers));
    let endpoint = Event::default()
        .event("endpoint")
        .data(format!("/messages?session_id={id}"));
    let app = clients.app.clone();
    let events = ReceiverStream::new(outbox).map(move |message| {
        let _while_open = &seat;
        unanswered.taken(&message);
        let json = serde_json::to_vec(&message).map_err(axum::Error::new)?;
        let json = app.splices.fill(json.into());
        Ok::<_, axum::Error>(
            Event::default()
                .event("message")
                .data(String::from_utf8_lossy(&json)),
        )
    });
    let stopping = clients.app.stopping.clone();
    let all = stream::once(async { Ok(endpoint) })
        .chain(events)
        .take_until(stopping.cancelled_owned());
    Sse::new(all.filter_map(|event| async { event.ok().map(Ok::<_, Infallible>) }))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
        .into_response()
}

async fn serve(
    app: App,
    messages: mpsc::Receiver<ClientJsonRpcMessage>,
    answers: mpsc::Sender<ServerJsonRpcMessage>,
) {
    let handler = Handler::new(app.clone(), Mode::Session);
    let transport = (PollSender::new(answers), ReceiverStream::new(messages));
    match rmcp::service::serve_server_with_ct(handler, transport, app.stopping.child_token()).await
    {
        Ok(service) => {
            let _ = service.waiting().await;
        }
        // The error quotes what the client sent, so it is not written down.
        Err(_) => {
            tracing::debug!("a client left, or sent something else, before it had initialised")
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Session {
    session_id: Option<String>,
}

/// Takes one message, or a batch of them; the answers go out on the stream.
pub(super) async fn message(
    State(clients): State<Clients>,
    Query(session): Query<Session>,
    Extension(incoming): Extension<Incoming>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let caller = &incoming.request.caller;
    let Some(client) = session.session_id.and_then(|id| clients.find(&id, caller)) else {
        let message = "no such session; open one with GET /sse";
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            crate::rescue::INVALID_REQUEST,
            message,
        ));
    };
    let deadline = incoming.request.deadline;
    let (parts, body) = request.into_parts();
    let bytes = body::read(body, clients.app.config.server.max_body_bytes).await?;
    let messages: Result<Vec<_>, _> = client.messages.read(&bytes).into_iter().collect();
    client.take(messages?, &parts, deadline).await?;
    Ok(StatusCode::ACCEPTED)
}

impl Client {
    /// Where one is refused, none is sent on: here is the only place to say so.
    async fn take(
        &self,
        messages: Vec<ClientJsonRpcMessage>,
        parts: &Parts,
        deadline: Deadline,
    ) -> Result<(), Refusal> {
        if messages.len() > CAPACITY {
            return Err(Refusal::bad_request(format!(
                "a batch may have {CAPACITY} messages here; send less at once"
            )));
        }
        let refuse =
            |status, message| Refusal::new(status, crate::rescue::INVALID_REQUEST, message);
        let places = self.inbox.reserve_many(messages.len());
        let places = match tokio::time::timeout_at(deadline.at().into(), places).await {
            Ok(Ok(places)) => places,
            Ok(Err(_)) => return Err(refuse(StatusCode::GONE, "the session has ended")),
            // Its stream is full of answers that nobody reads.
            Err(_) => {
                let message = "read the stream before sending more";
                return Err(refuse(StatusCode::SERVICE_UNAVAILABLE, message));
            }
        };
        // Only what is sent on is waited for.
        self.unanswered.note(&messages)?;
        for (place, message) in places.zip(messages) {
            place.send(with_parts(message, detached(parts.clone())));
        }
        Ok(())
    }
}

fn with_parts(mut message: ClientJsonRpcMessage, parts: Parts) -> ClientJsonRpcMessage {
    match &mut message {
        ClientJsonRpcMessage::Request(request) => {
            request.request.extensions_mut().insert(parts);
        }
        ClientJsonRpcMessage::Notification(notification) => {
            notification.notification.extensions_mut().insert(parts);
        }
        _ => {}
    }
    message
}

/// The answer comes on the stream, long after this request's own: its call is counted by itself.
fn detached(mut parts: Parts) -> Parts {
    if let Some(incoming) = parts.extensions.get_mut::<Incoming>() {
        incoming.tally = Tally::detached();
    }
    parts
}

/// Hard to guess: who knows it can speak for the client.
fn session_id() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(format!("{:032x}", u128::from_be_bytes(bytes)))
}
