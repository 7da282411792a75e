//! An answer that comes as a stream of events, over several of them where the server hangs up meanwhile.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use mesh_http::{Bounds, HttpError, Streamed};
use tokio::time::{sleep, timeout_at};

use super::{Streamable, value};
use crate::address::Address;
use crate::era::Era;
use crate::fault::Fault;
use crate::message::{Answer, Message};
use crate::wire::Request;
use crate::wire::events::Events;

/// Where a stream does not say when it goes on; and no sooner than this, whatever it says.
const DEFAULT_RETRY: Duration = Duration::from_secs(1);
const MIN_RETRY: Duration = Duration::from_millis(50);

impl Streamable {
    /// MCP 2025-11-25, basic/transports, "Sending Messages to the Server": a server may hang up at any time, and is then asked
    /// for what comes after the last event that had an id.
    pub(super) async fn from_stream(
        self: &Arc<Self>,
        id: u64,
        request: &Request<'_>,
        mut body: Streamed,
        bounds: Bounds,
    ) -> Result<Answer, Fault> {
        let max_bytes = usize::try_from(bounds.max_bytes).unwrap_or(usize::MAX);
        let mut events = Events::new(max_bytes);
        loop {
            if let Some(answer) = self.answer_in(body, id, &mut events, bounds).await? {
                return Ok(answer);
            }
            let broke_off = || Fault::Ended(": the stream of its answer broke off".to_owned());
            // In 2026-07-28 no stream is taken up again.
            if events.last_id().is_empty() || request.era == Era::Modern {
                return Err(broke_off());
            }
            let wait = sleep(events.retry().unwrap_or(DEFAULT_RETRY).max(MIN_RETRY));
            let waited = timeout_at(bounds.deadline.at().into(), wait).await;
            waited.map_err(|_| Fault::TimedOut)?;
            let rest = self.rest(events.last_id(), request, bounds).await;
            body = rest.map_err(|fault| match fault {
                Fault::TimedOut => fault,
                // Whatever became of the session: the call was made, and is not made again.
                _ => broke_off(),
            })?;
            events.go_on();
        }
    }

    /// None where the stream ends before.
    async fn answer_in(
        self: &Arc<Self>,
        mut body: Streamed,
        id: u64,
        events: &mut Events,
        bounds: Bounds,
    ) -> Result<Option<Answer>, Fault> {
        loop {
            let piece = match body.chunk().await {
                Ok(Some(piece)) => piece,
                Ok(None) | Err(HttpError::BrokenOff(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let read = events.read(&piece);
            for event in read.map_err(|_| Fault::TooLarge(bounds.max_bytes))? {
                let Some(message) = Message::read(event.data.as_bytes()) else {
                    continue;
                };
                match message.answer() {
                    Some((of, answer)) if of == id => return Ok(Some(answer)),
                    Some(_) => {}
                    None => self.hear(&message, Some(id)),
                }
            }
        }
    }

    /// What comes after this event.
    async fn rest(
        &self,
        last_id: &str,
        about: &Request<'_>,
        bounds: Bounds,
    ) -> Result<Streamed, Fault> {
        let last_id = value(last_id)?;
        let request = |to: &Address| {
            let mut request = self.http(Method::GET, to, Bytes::new(), Some(about))?;
            let headers = request.headers_mut();
            headers.insert(
                header::ACCEPT,
                HeaderValue::from_static("text/event-stream"),
            );
            headers.insert("last-event-id", last_id.clone());
            Ok(request)
        };
        let sent = self.headers.send(&self.to, request, bounds).await?;
        self.events(sent, &about.hops)
    }
}
