use http::HeaderMap;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde_json::Value;

use super::within;

/// The events of a stream, as they come.
#[derive(Debug)]
pub(crate) struct Events {
    pub(crate) headers: HeaderMap,
    body: Incoming,
    unread: String,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: String,
}

impl Event {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Events {
    pub(crate) fn of(response: http::Response<Incoming>) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            headers: parts.headers,
            body,
            unread: String::new(),
        }
    }

    /// The next event that says something, or `None` at the stream's end.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        within(async {
            loop {
                while let Some((block, rest)) = self.unread.split_once("\n\n") {
                    let event = event(block);
                    self.unread = rest.to_owned();
                    if !event.data.is_empty() {
                        return Some(event);
                    }
                }
                let frame = self.body.frame().await?.expect("a frame");
                if let Ok(data) = frame.into_data() {
                    self.unread.push_str(&String::from_utf8_lossy(&data));
                }
            }
        })
        .await
    }

    /// The id of an event that comes, whether it says anything or not.
    pub(crate) async fn id(&mut self) -> String {
        within(async {
            loop {
                let id = |line: &str| Some(line.strip_prefix("id:")?.trim().to_owned());
                let whole = self.unread.rsplit_once('\n').map_or("", |(whole, _)| whole);
                if let Some(id) = whole.lines().find_map(id) {
                    return id;
                }
                let frame = self.body.frame().await.expect("another event");
                if let Ok(data) = frame.expect("a frame").into_data() {
                    self.unread.push_str(&String::from_utf8_lossy(&data));
                }
            }
        })
        .await
    }

    /// The next message, which must come.
    pub(crate) async fn message(&mut self) -> Value {
        self.next().await.expect("another event").json()
    }

    /// All messages until the stream ends.
    pub(crate) async fn messages(mut self) -> Vec<Value> {
        let mut messages = Vec::new();
        while let Some(event) = self.next().await {
            messages.push(event.json());
        }
        messages
    }
}

fn event(block: &str) -> Event {
    let mut event = Event::default();
    for line in block.lines() {
        if let Some(name) = line.strip_prefix("event:") {
            event.name = name.trim().to_owned();
        } else if let Some(data) = line.strip_prefix("data:") {
            event.data.push_str(data.trim());
        }
    }
    event
}
