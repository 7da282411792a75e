use std::io;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream;
use http::header;
use serde_json::{Value, json};

use super::script::{End, Script};

/// The events of a response, each of its words in one.
pub(super) fn answer(script: &Script) -> Response {
    let mut events = Events::default();
    events.push("response.created", json!({"response": script.begun()}));
    events.push("response.in_progress", json!({"response": script.begun()}));
    if !script.text.is_empty() {
        message(script, &mut events);
    }
    let end = match script.end {
        End::Completed | End::Refused => "response.completed",
        End::Incomplete(_) => "response.incomplete",
        End::Failed(_) => "response.failed",
    };
    events.push(end, json!({"response": script.ended()}));
    let headers = [(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")];
    (headers, paced(script, events)).into_response()
}

fn message(script: &Script, events: &mut Events) {
    let place = |mut fields: Value| {
        fields["item_id"] = script.message_id().into();
        fields["output_index"] = 1.into();
        fields["content_index"] = 0.into();
        fields
    };
    let (kind, field) = match script.end {
        End::Refused => ("response.refusal", "refusal"),
        _ => ("response.output_text", "text"),
    };
    let item = |status, content: &[Value]| json!({"output_index": 1, "item": script.message(status, content)});
    events.push("response.output_item.added", item("in_progress", &[]));
    events.push(
        "response.content_part.added",
        place(json!({"part": script.part("")})),
    );
    for word in script.text.split_inclusive(' ') {
        events.push(&format!("{kind}.delta"), place(json!({"delta": word})));
    }
    events.push(&format!("{kind}.done"), place(json!({field: script.text})));
    events.push(
        "response.content_part.done",
        place(json!({"part": script.part(&script.text)})),
    );
    events.push(
        "response.output_item.done",
        item("completed", &[script.part(&script.text)]),
    );
}

#[derive(Default)]
struct Events(Vec<Event>);

struct Event {
    is_word: bool,
    text: Bytes,
}

impl Events {
    fn push(&mut self, kind: &str, mut fields: Value) {
        fields["type"] = kind.into();
        fields["sequence_number"] = self.0.len().into();
        self.0.push(Event {
            is_word: kind.ends_with(".delta"),
            text: format!("event: {kind}\ndata: {fields}\n\n").into(),
        });
    }
}

fn paced(script: &Script, events: Events) -> Body {
    let interval = script.interval;
    let mut left = script.break_after;
    let events = stream::iter(events.0).map(move |event| match &mut left {
        Some(0) if event.is_word => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        Some(left) if event.is_word => {
            *left -= 1;
            Ok(event)
        }
        _ => Ok(event),
    });
    Body::from_stream(events.then(move |event| async move {
        match &event {
            // What was said so far is sent first.
            Err(_) => tokio::task::yield_now().await,
            Ok(event) if event.is_word && !interval.is_zero() => {
                tokio::time::sleep(interval).await;
            }
            Ok(_) => {}
        }
        event.map(|event| event.text)
    }))
}
