//! The stream on which an upstream says what nobody asked for: a GET in the revisions with a handshake, `subscriptions/listen`
//! in 2026-07-28. It tells at once what is otherwise noticed when lists are read again.

use std::borrow::Cow;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use mesh_core::Deadline;
use mesh_http::{Bounds, Streamed};
use tokio::time::timeout;

use super::Streamable;
use crate::address::Address;
use crate::era::Era;
use crate::fault::Fault;
use crate::hops::Hops;
use crate::inbox::Listener;
use crate::message::{self, Message};
use crate::wire::events::Events;
use crate::wire::{BackOff, FOR_EVER, Param, Request};

/// Of what an upstream may say at once.
const MAX_EVENT: usize = 1024 * 1024;

/// Listens for as long as the connection is there. An upstream that has no such stream is asked once.
pub(super) async fn listen(wire: Weak<Streamable>, era: Era) {
    let mut back_off = BackOff::default();
    let mut has_listened = false;
    loop {
        let Some(open) = wire.upgrade() else {
            return;
        };
        let opened = open.open_stream(era).await;
        drop(open);
        let begun = Instant::now();
        match opened {
            Ok(stream) => {
                if has_listened && let Some(wire) = wire.upgrade() {
                    wire.inbox.has_missed_something();
                }
                has_listened = true;
                hear(stream, &wire).await;
            }
            Err(
                Fault::Status(400..=499)
                | Fault::Credentials(_)
                | Fault::Login
                | Fault::SessionGone,
            ) => return,
            Err(Fault::Rpc(_) | Fault::Garbage(_) | Fault::Cycle(_)) => return,
            Err(_) => {}
        }
        tokio::time::sleep(back_off.after(begun.elapsed())).await;
    }
}

async fn hear(mut stream: Streamed, wire: &Weak<Streamable>) {
    let mut events = Events::new(MAX_EVENT);
    while let Ok(Some(piece)) = stream.chunk().await {
        let (Ok(events), Some(wire)) = (events.read(&piece), wire.upgrade()) else {
            return;
        };
        for event in events {
            if let Some(message) = Message::read(event.data.as_bytes())
                && message.answer().is_none()
            {
                wire.hear(&message, None);
            }
        }
    }
}

impl Streamable {
    async fn open_stream(&self, era: Era) -> Result<Streamed, Fault> {
        const TIMEOUT: Duration = Duration::from_secs(30);
        let bounds = Bounds {
            deadline: Deadline::after(Instant::now(), FOR_EVER),
            max_bytes: u64::MAX,
        };
        let sent = match era {
            Era::Modern => {
                let (body, subscription) = self.subscription(bounds);
                let request =
                    |to: &Address| self.http(Method::POST, to, body.clone(), Some(&subscription));
                timeout(TIMEOUT, self.headers.send(&self.to, request, bounds)).await
            }
            Era::Opening | Era::Handshake(_) => {
                let request = |to: &Address| {
                    let mut request = self.http(Method::GET, to, Bytes::new(), None)?;
                    let events = HeaderValue::from_static("text/event-stream");
                    request.headers_mut().insert(header::ACCEPT, events);
                    Ok(request)
                };
                timeout(TIMEOUT, self.headers.send(&self.to, request, bounds)).await
            }
        };
        let sent = sent.map_err(|_| Fault::TimedOut)??;
        self.events(sent, &Hops::default())
    }

    /// MCP 2026-07-28, basic/patterns/subscriptions.
    fn subscription(&self, bounds: Bounds) -> (Bytes, Request<'static>) {
        const WANTED: &[Param<'static>] = &[(
            "notifications",
            Cow::Borrowed(
                r#"{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true}"#,
            ),
        )];
        let request = Request {
            method: "subscriptions/listen",
            params: WANTED,
            about: None,
            listener: Listener::nobody(),
            kept: None,
            hops: Hops::default(),
            trace: None,
            era: Era::Modern,
            deadline: bounds.deadline,
            max_bytes: bounds.max_bytes,
        };
        let id = self.ids.next_id();
        let body = message::request(id, request.method, &request.params_for(id));
        (body.into(), request)
    }

    /// Begins to listen, until the connection is ended or dropped.
    pub(in crate::wire) fn start_listening(self: &Arc<Self>, era: Era) {
        let wire = Arc::downgrade(self);
        let until = self.over.clone();
        tokio::spawn(async move { until.run_until_cancelled(listen(wire, era)).await });
    }
}
