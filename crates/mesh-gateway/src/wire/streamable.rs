//! Streamable HTTP, of every revision that has it.

mod listen;
mod read;

use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use mesh_core::{Deadline, lock};
use mesh_http::{Bounds, HttpError, Streamed, is_event_stream};
use serde_json::value::RawValue;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::aside::{Cancels, aside};
use super::destination::Destination;
use super::{About, Headers, Request};
use crate::address::Address;
use crate::era::Era;
use crate::fault::Fault;
use crate::hops::Hops;
use crate::inbox::Inbox;
use crate::message::{self, Answer, Message};
use crate::mirrored;
use crate::pending::Pending;

const SESSION_ID: &str = "mcp-session-id";

#[derive(Debug)]
pub(crate) struct Streamable {
    to: Destination,
    headers: Headers,
    inbox: Arc<Inbox>,
    ids: Pending,
    session: OnceLock<HeaderValue>,
    era: Mutex<Era>,
    /// Nobody listens from then on.
    over: CancellationToken,
    _until_dropped: DropGuard,
}

impl Streamable {
    pub(super) fn new(address: Address, headers: Headers, inbox: Arc<Inbox>) -> Self {
        let over = CancellationToken::new();
        Self {
            to: Destination::new(address),
            headers,
            inbox,
            ids: Pending::default(),
            session: OnceLock::new(),
            era: Mutex::new(Era::Opening),
            _until_dropped: over.clone().drop_guard(),
            over,
        }
    }

    pub(super) const fn headers(&self) -> &Headers {
        &self.headers
    }

    pub(super) fn agreed(&self, era: Era) {
        *lock(&self.era) = era;
    }

    pub(super) async fn request(
        self: &Arc<Self>,
        request: Request<'_>,
    ) -> Result<Box<RawValue>, Fault> {
        let id = self.ids.next_id();
        let _following = self.inbox.follow(id, request.listener, request.kept);
        let body = message::request(id, request.method, &request.params_for(id));
        let bounds = Bounds {
            deadline: request.deadline,
            max_bytes: request.max_bytes,
        };
        let mut cancels = Cancels::new(&request, id, |cancelled| {
            // 2026-07-28 takes a request back by hanging up.
            if request.era != Era::Modern {
                self.say(cancelled);
            }
        });
        let answered = self.answer(id, &request, body, bounds).await;
        cancels.unless_late(&answered);
        answered?.map_err(|error| self.headers.way.fault(error, &request.hops))
    }

    async fn answer(
        self: &Arc<Self>,
        id: u64,
        request: &Request<'_>,
        body: String,
        bounds: Bounds,
    ) -> Result<Answer, Fault> {
        let response = self.post(body, Some(request), bounds).await?;
        if request.method == "initialize"
            && let Some(session) = response.headers().get(SESSION_ID)
        {
            let _ = self.session.set(session.clone());
        }
        if response.status() == StatusCode::ACCEPTED {
            return Err(Fault::Garbage(
                "a request was accepted and not answered".to_owned(),
            ));
        }
        if is_event_stream(response.headers()) {
            let body = response.into_body();
            return self.from_stream(id, request, body, bounds).await;
        }
        let body = response.into_body().whole().await?;
        let answer = Message::read(&body).and_then(|message| message.answer());
        match answer {
            Some((of, answer)) if of == id => Ok(answer),
            Some(_) => Err(Fault::Garbage("it answered another request".to_owned())),
            None => Err(Fault::Garbage("not a message of JSON-RPC".to_owned())),
        }
    }

    /// What is said on the way to the answer to a request, or of no request at all.
    fn hear(self: &Arc<Self>, message: &Message<'_>, request: Option<u64>) {
        // A question of no request of ours is nobody's to answer.
        let relayed = request.and_then(|id| self.inbox.relay(message, Some(id)));
        if let Some(reply) = relayed {
            let wire = Arc::clone(self);
            tokio::spawn(async move { wire.say(reply.await) });
        } else if let Some(reply) = message.reply() {
            self.say(reply);
        } else {
            self.inbox.hear(message);
        }
    }

    fn say(self: &Arc<Self>, message: String) {
        let wire = Arc::clone(self);
        aside(|bounds| async move {
            let _ = wire.post(message, None, bounds).await;
        });
    }

    pub(super) async fn notify(&self, method: &str, deadline: Deadline) -> Result<(), Fault> {
        let bounds = Bounds {
            deadline,
            max_bytes: 64 * 1024,
        };
        self.post(message::notification(method, None), None, bounds)
            .await?;
        Ok(())
    }

    /// Ends the session, where there is one: MCP 2025-11-25, basic/transports, "Session Management".
    pub(super) async fn end(&self, deadline: Deadline) {
        self.over.cancel();
        if self.session.get().is_none() {
            return;
        }
        let bounds = Bounds {
            deadline,
            max_bytes: 64 * 1024,
        };
        let request = |to: &Address| self.http(Method::DELETE, to, Bytes::new(), None);
        let _ = self.headers.send(&self.to, request, bounds).await;
    }

    async fn post(
        &self,
        body: String,
        about: Option<&Request<'_>>,
        bounds: Bounds,
    ) -> Result<Response<Streamed>, Fault> {
        let body = Bytes::from(body);
        let request = |to: &Address| self.http(Method::POST, to, body.clone(), about);
        let sent = self.headers.send(&self.to, request, bounds).await?;
        let none = Hops::default();
        let hops = about.map_or(&none, |about| &about.hops);
        let response = sent.map_err(|error| self.fault(error, hops))?;
        self.headers.way.answered(response.headers())?;
        Ok(response)
    }

    /// The stream of events that was asked for.
    fn events(
        &self,
        sent: Result<Response<Streamed>, HttpError>,
        hops: &Hops,
    ) -> Result<Streamed, Fault> {
        let response = sent.map_err(|error| self.fault(error, hops))?;
        self.headers.way.answered(response.headers())?;
        match is_event_stream(response.headers()) {
            true => Ok(response.into_body()),
            false => Err(Fault::Garbage("not a stream of events".to_owned())),
        }
    }

    fn fault(&self, error: HttpError, hops: &Hops) -> Fault {
        let HttpError::Refused(refusal) = &error else {
            return self.headers.fault(error);
        };
        if refusal.status == StatusCode::LOOP_DETECTED {
            return self.headers.way.refused(refusal, hops);
        }
        if refusal.status == StatusCode::NOT_FOUND && self.session.get().is_some() {
            return Fault::SessionGone;
        }
        if !matches!(refusal.status.as_u16(), 401 | 403)
            && let Some(message) = Message::read(&refusal.body)
            && let Some(error) = message.error()
        {
            return self.headers.way.fault(error, hops);
        }
        self.headers.fault(error)
    }

    fn http(
        &self,
        method: Method,
        to: &Address,
        body: Bytes,
        about: Option<&Request<'_>>,
    ) -> Result<http::Request<Bytes>, Fault> {
        let mut request = http::Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = to.uri().clone();
        let headers = request.headers_mut();
        headers.insert(
            header::ACCEPT,
            HeaderValue::from_static("application/json, text/event-stream"),
        );
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        let era = about.map_or_else(|| *lock(&self.era), |about| about.era);
        if let Some(version) = era.revision() {
            headers.insert("mcp-protocol-version", HeaderValue::from_static(version));
        }
        if let Some(session) = self.session.get() {
            headers.insert(SESSION_ID, session.clone());
        }
        if let Some(about) = about {
            if about.era == Era::Modern {
                headers.insert("mcp-method", value(about.method)?);
                if let Some(About { name, mirrored }) = about.about {
                    headers.insert("mcp-name", mirrored::value(name));
                    headers.extend(mirrored.iter().cloned());
                }
            }
            if let Some(trace) = &about.trace {
                headers.insert("traceparent", value(&trace.traceparent(trace.parent))?);
            }
        }
        let none = Hops::default();
        let hops = about.map_or(&none, |about| &about.hops);
        self.headers.add_to(headers, hops);
        Ok(request)
    }
}

fn value(text: &str) -> Result<HeaderValue, Fault> {
    HeaderValue::from_str(text)
        .map_err(|_| Fault::Refused("a name cannot be sent in a header".to_owned()))
}
