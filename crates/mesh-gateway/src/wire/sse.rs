//! HTTP+SSE of 2024-11-05: one stream of events from the upstream, and an address to post to.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use mesh_core::Deadline;
use mesh_http::{Bounds, Streamed, is_event_stream};
use serde_json::value::RawValue;
use tokio::sync::oneshot;
use tokio::time::timeout_at;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::aside::{Cancels, aside};
use super::destination::Destination;
use super::events::Events;
use super::{FOR_EVER, Headers, Request};
use crate::address::Address;
use crate::fault::Fault;
use crate::hops::Hops;
use crate::inbox::Inbox;
use crate::message::{self, Message};
use crate::pending::Pending;

const MAX_EVENT: usize = 16 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Sse {
    poster: Arc<Poster>,
    pending: Arc<Pending>,
    inbox: Arc<Inbox>,
    _reading: DropGuard,
}

/// Posts messages to the address that the stream named.
#[derive(Debug)]
struct Poster {
    to: Destination,
    headers: Headers,
}

impl Sse {
    pub(super) async fn open(
        address: Address,
        headers: Headers,
        inbox: Arc<Inbox>,
        deadline: Deadline,
    ) -> Result<Self, Fault> {
        let (to, none) = (Destination::new(address), Hops::default());
        let request = |to: &Address| Ok(request(Method::GET, to, &headers, &none, Bytes::new()));
        let bounds = Bounds {
            deadline: Deadline::after(Instant::now(), FOR_EVER),
            max_bytes: u64::MAX,
        };
        let opened = timeout_at(deadline.at().into(), headers.send(&to, request, bounds)).await;
        let opened = opened.map_err(|_| Fault::TimedOut)??;
        let stream = headers.answered(opened, &none)?;
        if !is_event_stream(stream.headers()) {
            return Err(Fault::Garbage("not a stream of events".to_owned()));
        }
        let (pending, stop) = (Arc::<Pending>::default(), CancellationToken::new());
        let (endpoint, named) = oneshot::channel();
        let reader = Reader {
            address: to.now(),
            headers,
            pending: Arc::clone(&pending),
            inbox: Arc::clone(&inbox),
            endpoint: Some(endpoint),
            poster: None,
        };
        let reading = stop.clone();
        tokio::spawn(async move {
            reading
                .run_until_cancelled(reader.read(stream.into_body()))
                .await;
        });
        let reading = stop.drop_guard();
        let poster = match timeout_at(deadline.at().into(), named).await {
            Ok(Ok(poster)) => poster?,
            Ok(Err(_)) => {
                return Err(Fault::Garbage(
                    "its stream ended before it named an address".to_owned(),
                ));
            }
            Err(_) => {
                return Err(Fault::Garbage(
                    "its stream named no address to post to".to_owned(),
                ));
            }
        };
        Ok(Self {
            poster,
            pending,
            inbox,
            _reading: reading,
        })
    }

    pub(super) async fn request(&self, request: Request<'_>) -> Result<Box<RawValue>, Fault> {
        let mut waiter = self.pending.begin()?;
        let id = waiter.id;
        let _following = self.inbox.follow(id, request.listener, request.kept);
        let body = message::request(id, request.method, &request.params_for(id));
        // It may have come there before whoever posts it has heard so.
        let mut cancels = Cancels::new(&request, id, |cancelled| self.poster.say(cancelled));
        let answered = async {
            let posted = self.poster.post(body, &request.hops, request.deadline);
            posted.await?;
            waiter.wait(request.deadline).await
        };
        let answered = answered.await;
        cancels.unless_late(&answered);
        answered?.map_err(|error| self.poster.headers.way.fault(error, &request.hops))
    }

    pub(super) async fn notify(&self, method: &str, deadline: Deadline) -> Result<(), Fault> {
        self.poster
            .post(
                message::notification(method, None),
                &Hops::default(),
                deadline,
            )
            .await
    }

    pub(super) fn headers(&self) -> &Headers {
        &self.poster.headers
    }

    pub(super) fn over(&self) -> Option<Fault> {
        self.pending.over()
    }

    pub(super) fn end(&self) {
        self.pending.end(&Fault::not_needed());
    }
}

impl Poster {
    async fn post(&self, body: String, hops: &Hops, deadline: Deadline) -> Result<(), Fault> {
        let bounds = Bounds {
            deadline,
            max_bytes: 64 * 1024,
        };
        let body = Bytes::from(body);
        let request =
            |to: &Address| Ok(request(Method::POST, to, &self.headers, hops, body.clone()));
        let sent = self.headers.send(&self.to, request, bounds).await?;
        self.headers.answered(sent, hops)?;
        Ok(())
    }

    fn say(self: &Arc<Self>, message: String) {
        let poster = Arc::clone(self);
        aside(|bounds| async move {
            let _ = poster
                .post(message, &Hops::default(), bounds.deadline)
                .await;
        });
    }
}

fn request(
    method: Method,
    to: &Address,
    headers: &Headers,
    hops: &Hops,
    body: Bytes,
) -> http::Request<Bytes> {
    let accepted = match method {
        Method::GET => "text/event-stream",
        _ => "application/json",
    };
    let mut request = http::Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = to.uri().clone();
    let sent = request.headers_mut();
    sent.insert(header::ACCEPT, HeaderValue::from_static(accepted));
    sent.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.add_to(sent, hops);
    request
}

struct Reader {
    address: Address,
    headers: Headers,
    pending: Arc<Pending>,
    inbox: Arc<Inbox>,
    endpoint: Option<oneshot::Sender<Result<Arc<Poster>, Fault>>>,
    poster: Option<Arc<Poster>>,
}

impl Reader {
    async fn read(mut self, mut stream: Streamed) {
        let mut events = Events::new(MAX_EVENT);
        let fault = loop {
            let piece = match stream.chunk().await {
                Ok(Some(piece)) => piece,
                Ok(None) => break Fault::Ended(": its stream has ended".to_owned()),
                Err(error) => break error.into(),
            };
            let Ok(events) = events.read(&piece) else {
                break Fault::TooLarge(MAX_EVENT as u64);
            };
            for event in events {
                match event.name.as_str() {
                    "endpoint" => self.named(&event.data),
                    _ => self.message(event.data.as_bytes()),
                }
            }
        };
        self.pending.end(&fault);
    }

    fn named(&mut self, reference: &str) {
        let Some(endpoint) = self.endpoint.take() else {
            return;
        };
        let poster = self.address.join(reference.trim()).map(|address| {
            Arc::new(Poster {
                to: Destination::new(address),
                headers: self.headers.clone(),
            })
        });
        self.poster.clone_from(&poster);
        let named = poster.ok_or_else(|| {
            Fault::Refused("its stream names an address of another origin".to_owned())
        });
        let _ = endpoint.send(named);
    }

    fn message(&self, text: &[u8]) {
        let Some(message) = Message::read(text) else {
            return;
        };
        if let Some((id, answer)) = message.answer() {
            self.pending.answer(id, Ok(answer));
        } else if let (Some(reply), Some(poster)) = (self.inbox.relay(&message, None), &self.poster)
        {
            let poster = Arc::clone(poster);
            tokio::spawn(async move { poster.say(reply.await) });
        } else if let (Some(reply), Some(poster)) = (message.reply(), &self.poster) {
            poster.say(reply);
        } else {
            self.inbox.hear(&message);
        }
    }
}
