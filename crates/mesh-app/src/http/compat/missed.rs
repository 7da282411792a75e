//! Answers that a client may have missed. The SDK forgets the stream of a request together with its answer; a client whose
//! connection broke before asks for what came after the last event that it has (MCP 2025-11-25, basic/transports, Resumability
//! and Redelivery).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, BodyDataStream};
use axum::response::Response;
use bytes::Bytes;
use futures::StreamExt as _;
use http::HeaderMap;
use mesh_gateway::raw::Members;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::headers;

const LAST_EVENT: &str = "last-event-id";
/// As long as what other servers say is kept for it.
const MAX_AGE: Duration = Duration::from_secs(300);
const MAX_BYTES: usize = 32 << 20;
const MAX_STREAMS: usize = 1000;
/// Of one session, so that none takes the places of all others: an answer however large, or several smaller ones.
const MAX_STREAMS_OF_ONE: usize = 16;
const MAX_BYTES_OF_ONE: usize = 4 << 20;
/// Of one stream: its answer, and what was said last before it.
const MAX_EVENTS: usize = 64;

/// Streams that have come to their answer, of all sessions. Cloning shares them.
#[derive(Clone, Default)]
pub(super) struct Missed(Arc<Mutex<Streams>>);

#[derive(Default)]
struct Streams {
    /// The oldest first.
    ended: VecDeque<Ended>,
    bytes: usize,
}

struct Ended {
    session: String,
    stream: u64,
    events: Vec<Event>,
    bytes: usize,
    since: Instant,
}

#[derive(Debug, PartialEq)]
struct Event {
    id: Id,
    /// As it was sent.
    text: Bytes,
}

/// As the SDK writes it: which event, and of which request of its session.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Id {
    index: u64,
    stream: u64,
}

impl Id {
    /// None of the stream that belongs to no request.
    fn parse(text: &str) -> Option<Self> {
        let (index, stream) = text.split_once('/')?;
        Some(Self {
            index: index.parse().ok()?,
            stream: stream.parse().ok()?,
        })
    }

    fn last(headers: &HeaderMap) -> Option<Self> {
        Self::parse(headers.get(LAST_EVENT)?.to_str().ok()?)
    }
}

/// Whether a client asks for the rest of a request's stream.
pub(super) fn is_asked_for(headers: &HeaderMap) -> bool {
    Id::last(headers).is_some()
}

impl Missed {
    /// The same stream of a request in a session; it is read to its end, though its client may leave before.
    pub(super) fn keep(&self, headers: &HeaderMap, response: Response) -> Response {
        let Some(session) = session(headers) else {
            return response;
        };
        let (client, taken) = mpsc::channel(1);
        let (missed, session) = (self.clone(), session.to_owned());
        response.map(|body| {
            tokio::spawn(async move {
                let events = read(body.into_data_stream(), client).await;
                missed.put(session, events, Instant::now());
            });
            Body::from_stream(ReceiverStream::new(taken))
        })
    }

    /// What came after the event that a client has last, where the stream has come to its answer.
    pub(super) fn after_last(&self, headers: &HeaderMap) -> Option<Body> {
        let (session, last) = (session(headers)?, Id::last(headers)?);
        let mut streams = self.lock();
        streams.forget(Instant::now());
        let mut ended = streams.ended.iter().rev();
        let stream = ended.find(|ended| ended.stream == last.stream && ended.session == session)?;
        let events = stream.events.iter();
        let events = events.filter(|event| event.id.index > last.index);
        let texts = events.map(|event| Ok::<_, axum::Error>(event.text.clone()));
        let texts: Vec<_> = texts.collect();
        Some(Body::from_stream(futures::stream::iter(texts)))
    }

    fn put(&self, session: String, events: VecDeque<Event>, now: Instant) {
        // Another answer goes on with one that has none, or nobody waits for it.
        let Some(last) = events.back().filter(|last| is_answer(&last.text)) else {
            return;
        };
        let stream = last.id.stream;
        let bytes = events.iter().map(|event| event.text.len()).sum();
        let mut streams = self.lock();
        streams.make_room_for(&session, bytes);
        streams.bytes += bytes;
        streams.ended.push_back(Ended {
            session,
            stream,
            events: events.into(),
            bytes,
            since: now,
        });
        streams.forget(now);
    }

    /// A session that has ended asks for nothing any more.
    pub(super) fn end(&self, headers: &HeaderMap) {
        if let Some(session) = session(headers) {
            self.lock().keep(|ended| ended.session != session);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Streams {
    /// Forgets the oldest of a session, as many as are too many with one more of this size.
    fn make_room_for(&mut self, session: &str, bytes: usize) {
        let (mut count, mut all) = (1, bytes);
        let newest_first = self.ended.iter().rev();
        let fits = newest_first
            .filter(|ended| ended.session == session)
            .take_while(|ended| {
                count += 1;
                all += ended.bytes;
                count <= MAX_STREAMS_OF_ONE && all <= MAX_BYTES_OF_ONE
            });
        let fitting = fits.count();
        let its = self.ended.iter().filter(|ended| ended.session == session);
        let mut too_many = its.count() - fitting;
        self.keep(|ended| {
            let is_too_many = too_many > 0 && ended.session == session;
            too_many -= usize::from(is_too_many);
            !is_too_many
        });
    }

    fn keep(&mut self, is_kept: impl FnMut(&Ended) -> bool) {
        self.ended.retain(is_kept);
        self.bytes = self.ended.iter().map(|ended| ended.bytes).sum();
    }

    fn forget(&mut self, now: Instant) {
        while let Some(oldest) = self.ended.front() {
            let is_old = now.duration_since(oldest.since) >= MAX_AGE;
            if !is_old && self.bytes <= MAX_BYTES && self.ended.len() <= MAX_STREAMS {
                return;
            }
            self.bytes -= oldest.bytes;
            self.ended.pop_front();
        }
    }
}

fn session(headers: &HeaderMap) -> Option<&str> {
    headers.get(headers::SESSION_ID)?.to_str().ok()
}

/// Hands everything on for as long as the client is there, and gives back the last events.
async fn read(
    mut body: BodyDataStream,
    client: mpsc::Sender<Result<Bytes, axum::Error>>,
) -> VecDeque<Event> {
    let mut events = VecDeque::new();
    while let Some(frame) = body.next().await {
        if let Ok(text) = &frame
            && let Some(id) = id(text)
        {
            let text = text.clone();
            events.push_back(Event { id, text });
            if events.len() > MAX_EVENTS {
                events.pop_front();
            }
        }
        // Who has left may come back for it.
        let _ = client.send(frame).await;
    }
    events
}

fn lines(event: &[u8]) -> impl Iterator<Item = &[u8]> {
    event.split(|byte| *byte == b'\n')
}

fn id(event: &[u8]) -> Option<Id> {
    let id = lines(event).find_map(|line| line.strip_prefix(b"id:"))?;
    Id::parse(std::str::from_utf8(id).ok()?.trim())
}

fn is_answer(event: &[u8]) -> bool {
    let data = lines(event).find_map(|line| line.strip_prefix(b"data:"));
    let message = data.and_then(|data| serde_json::from_slice::<&RawValue>(data).ok());
    let members = message.and_then(Members::of);
    members.is_some_and(|members| members.get("result").is_some() || members.get("error").is_some())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http_body_util::BodyExt as _;

    use super::*;

    const RESULT: &str = r#"{"jsonrpc":"2.0","id":7,"result":{}}"#;

    fn event(index: u64, stream: u64, data: &str) -> Event {
        let text = format!("id: {index}/{stream}\ndata: {data}\n\n").into();
        let id = Id { index, stream };
        Event { id, text }
    }

    fn asking(session: &'static str, last: &str) -> HeaderMap {
        let mut asking = HeaderMap::new();
        asking.insert(headers::SESSION_ID, HeaderValue::from_static(session));
        let last = HeaderValue::from_str(last).expect("a header's value");
        asking.insert(LAST_EVENT, last);
        asking
    }

    async fn after(missed: &Missed, session: &'static str, last: &str) -> Option<String> {
        let body = missed.after_last(&asking(session, last))?;
        let bytes = body.collect().await.expect("a body").to_bytes();
        Some(String::from_utf8(bytes.to_vec()).expect("text"))
    }

    #[tokio::test]
    async fn what_came_after_an_event_is_for_its_session_alone() {
        let missed = Missed::default();
        let progress = r#"{"jsonrpc":"2.0","method":"notifications/progress"}"#;
        let events = [event(0, 4, ""), event(1, 4, progress), event(2, 4, RESULT)];
        missed.put("a".to_owned(), events.into(), Instant::now());
        let answer = format!("id: 2/4\ndata: {RESULT}\n\n");
        let both = format!("id: 1/4\ndata: {progress}\n\n{answer}");
        assert_eq!(after(&missed, "a", "0/4").await, Some(both));
        assert_eq!(after(&missed, "a", "1/4").await, Some(answer));
        assert_eq!(after(&missed, "a", "2/4").await, Some(String::new()));
        for (session, last) in [("b", "0/4"), ("a", "0/3"), ("a", "0"), ("a", "x/4")] {
            assert_eq!(
                after(&missed, session, last).await,
                None,
                "{session} {last}"
            );
        }
    }

    #[tokio::test]
    async fn a_stream_without_its_answer_is_not_kept() {
        let missed = Missed::default();
        let question = r#"{"jsonrpc":"2.0","id":1,"method":"elicitation/create"}"#;
        for last in ["", question, "[", r#"{"result""#] {
            missed.put("a".to_owned(), [event(0, 0, last)].into(), Instant::now());
        }
        missed.put("a".to_owned(), VecDeque::new(), Instant::now());
        assert_eq!(after(&missed, "a", "0/0").await, None);
    }

    #[test]
    fn what_is_kept_has_bounds_of_age_of_number_and_of_size() {
        let missed = Missed::default();
        let start = Instant::now();
        let kept = |now| {
            let mut streams = missed.lock();
            streams.forget(now);
            (streams.ended.len(), streams.bytes)
        };
        let put = |session: u64, stream, data: &str| {
            missed.put(session.to_string(), [event(1, stream, data)].into(), start);
        };
        (0..=MAX_STREAMS as u64).for_each(|session| put(session, 0, RESULT));
        assert_eq!(kept(start).0, MAX_STREAMS);
        assert_eq!(kept(start + MAX_AGE), (0, 0));
        let half = format!("{{\"result\":\"{}\"}}", "x".repeat(MAX_BYTES / 2));
        for session in 0..3 {
            put(session, 0, &half);
            assert_eq!(kept(start).0, 1, "two are too large together");
        }
    }

    #[tokio::test]
    async fn one_session_takes_no_other_s_place() {
        let (missed, now) = (Missed::default(), Instant::now());
        let put = |session: &str, stream, data: &str| {
            missed.put(session.to_owned(), [event(1, stream, data)].into(), now);
        };
        put("a", 0, RESULT);
        (0..=MAX_STREAMS as u64).for_each(|stream| put("b", stream, RESULT));
        assert_eq!(missed.lock().ended.len(), 1 + MAX_STREAMS_OF_ONE);
        let last = format!("0/{MAX_STREAMS}");
        assert!(
            after(&missed, "b", &last).await.is_some(),
            "the newest is there"
        );
        let large = format!("{{\"result\":\"{}\"}}", "x".repeat(MAX_BYTES_OF_ONE));
        put("b", 2000, &large);
        assert!(after(&missed, "b", "0/2000").await.is_some());
        assert_eq!(after(&missed, "b", &last).await, None);
        assert!(after(&missed, "a", "0/0").await.is_some());
        missed.end(&asking("b", "0/0"));
        assert_eq!(after(&missed, "b", "0/2000").await, None);
    }
}
