//! One message's frame: `jsonrpc`, `id`, `method`, `params`.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::StatusCode;
use mesh_core::{Revision, Trace};
use serde_json::{Map, Value};

use super::super::json;
use super::params;
use crate::mcp::Written;
use crate::rescue::{INVALID_REQUEST, Refusal};

/// A message as the SDK takes it, and what to remember for its answer.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) frame: Map<String, Value>,
    /// The bytes as they came.
    text: Option<Bytes>,
    /// The same bytes, where nothing in them had to be mended.
    original: Option<Bytes>,
    pub(super) kind: Kind,
    /// What the answer carries, where it is not what was sent to the SDK.
    pub(super) id: Id,
    /// It says of itself that it is of 2026-07-28 or later.
    pub(super) is_modern: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Initialize,
    Request,
    Notification,
    /// A client's answer to a question of ours.
    Response,
}

/// The id a client used.
#[derive(Debug, PartialEq)]
pub(super) enum Id {
    /// One the SDK can carry, or none where none belongs.
    Kept(Value),
    /// A request without one, which the old server answered, or with a number that the SDK cannot carry.
    Replaced(Option<Value>),
}

/// Stands in for an id the SDK cannot carry. Each is another: a session tells its answers apart by them.
fn stand_in() -> Value {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("aoma-mesh/{}", NEXT.fetch_add(1, Ordering::Relaxed)).into()
}

impl Message {
    pub(super) fn body(&self) -> Bytes {
        match &self.original {
            Some(original) => original.clone(),
            None => serde_json::to_vec(&self.frame)
                .expect("JSON values can be written")
                .into(),
        }
    }

    pub(super) fn method(&self) -> Option<&str> {
        self.frame.get("method")?.as_str()
    }

    /// Of a call, as it came.
    pub(super) fn written_call(&self) -> Option<Written> {
        let text = self.text.clone().map(Written);
        text.filter(|_| self.method() == Some("tools/call"))
    }

    /// The trace the message is part of, whatever its transport says (MCP 2026-07-28, basic, `_meta`).
    pub(super) fn trace(&self) -> Option<Trace> {
        let meta = self.frame.get("params")?.get("_meta")?;
        Trace::from_traceparent(meta.get("traceparent")?.as_str()?)
    }

    /// Whether an answer that the SDK makes carries the client's own id.
    pub(super) const fn keeps_its_id(&self) -> bool {
        matches!(self.id, Id::Kept(_))
    }

    /// The id its answer carries; none where the client sent none.
    pub(super) fn sent_id(&self) -> Option<&Value> {
        match &self.id {
            Id::Kept(id) => Some(id),
            Id::Replaced(id) => id.as_ref(),
        }
    }

    pub(super) fn answer_id(&self) -> Value {
        self.sent_id().cloned().unwrap_or_default()
    }
}

/// Reads a frame and mends what is mendable. `original` is sent on as it is where nothing had to be.
pub(super) fn read(
    value: Value,
    original: Option<Bytes>,
    events: bool,
) -> Result<Message, Refusal> {
    let sent_id = json::id_of(&value);
    let Value::Object(mut frame) = value else {
        return Err(Refusal::bad_request("a message must be a JSON object"));
    };
    let refuse = |message: &'static str| {
        Refusal::bad_request(message).to(sent_id.clone().unwrap_or_default())
    };
    let kind = match frame.get("method") {
        Some(Value::String(_)) if sent_id.is_none() && frame.contains_key("id") => {
            return Err(refuse("`id` must be a string or a number"));
        }
        Some(Value::String(method)) => kind(method, sent_id.is_some()),
        Some(_) => return Err(refuse("`method` must be a string")),
        None if frame.contains_key("result") || frame.contains_key("error") => Kind::Response,
        None => return Err(refuse("a message needs a `method`")),
    };
    let mut mended = params::mend(&mut frame, kind, events);
    params::check(&frame, kind)
        .map_err(|refusal| refusal.to(sent_id.clone().unwrap_or_default()))?;
    let id = settle_id(&mut frame, kind);
    mended |= matches!(id, Id::Replaced(_));
    mended |= mend_version(&mut frame);
    let is_modern = is_modern(&frame);
    if is_modern && !events && listens(&frame) {
        let message = "it is answered by a stream; send `Accept: text/event-stream`";
        let refusal = Refusal::new(StatusCode::NOT_ACCEPTABLE, INVALID_REQUEST, message);
        return Err(refusal.to(sent_id.unwrap_or_default()));
    }
    Ok(Message {
        frame,
        text: original.clone(),
        original: original.filter(|_| !mended),
        kind,
        id,
        is_modern,
    })
}

/// Without an id only what is called one is a notification: the deployment guide's curl has none and wants its answer.
fn kind(method: &str, has_id: bool) -> Kind {
    match method {
        "initialize" => Kind::Initialize,
        _ if !has_id && method.starts_with("notifications/") => Kind::Notification,
        _ => Kind::Request,
    }
}

fn settle_id(frame: &mut Map<String, Value>, kind: Kind) -> Id {
    let id = frame.get("id").cloned();
    match (kind, id) {
        (Kind::Notification | Kind::Response, id) => Id::Kept(id.unwrap_or_default()),
        (_, Some(id)) if id.is_string() || id.is_i64() => Id::Kept(id),
        (_, id) => {
            frame.insert("id".to_owned(), stand_in());
            Id::Replaced(id)
        }
    }
}

fn mend_version(frame: &mut Map<String, Value>) -> bool {
    if frame.get("jsonrpc").is_some_and(|version| version == "2.0") {
        return false;
    }
    frame.insert("jsonrpc".to_owned(), "2.0".into());
    true
}

/// Its answer comes when there is nothing more to listen to, and so is of no use alone.
fn listens(frame: &Map<String, Value>) -> bool {
    frame
        .get("method")
        .is_some_and(|method| method == "subscriptions/listen")
}

pub(super) fn is_modern(frame: &Map<String, Value>) -> bool {
    frame
        .get("params")
        .and_then(|params| params["_meta"]["io.modelcontextprotocol/protocolVersion"].as_str())
        .is_some_and(|version| version >= Revision::V2026_07_28.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(sent: Value, events: bool) -> Result<(Value, Message), Value> {
        let message = read(sent, None, events).map_err(|refusal| refusal.body())?;
        Ok((
            serde_json::from_slice(&message.body()).expect("JSON"),
            message,
        ))
    }

    #[test]
    fn the_deployment_guide_s_request_is_completed() {
        let (forwarded, message) = check(json!({"method": "tools/list"}), false).expect("read");
        assert_eq!(forwarded["jsonrpc"], "2.0");
        assert!(forwarded["id"].is_string());
        assert_eq!(message.id, Id::Replaced(None));
        assert_eq!(message.kind, Kind::Request);
    }

    #[test]
    fn odd_ids_are_remembered() {
        for id in [json!(1.5), json!(u64::MAX)] {
            let (forwarded, message) =
                check(json!({"jsonrpc": "2.0", "id": id, "method": "ping"}), true).expect("read");
            assert!(forwarded["id"].is_string());
            assert_eq!(message.answer_id(), id);
        }
    }

    #[test]
    fn a_sound_message_is_sent_on_byte_for_byte() {
        let sent = r#"{ "jsonrpc":"2.0","id":7, "method":"ping" }"#;
        let value = serde_json::from_str(sent).expect("JSON");
        let message = read(value, Some(Bytes::from_static(sent.as_bytes())), true).expect("read");
        assert_eq!(message.body(), sent);
    }

    #[test]
    fn progress_is_not_asked_for_by_who_cannot_take_it() {
        let sent = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"_meta": {"progressToken": 1}}});
        assert_eq!(
            check(sent.clone(), false).expect("read").0["params"],
            json!({"_meta": {}})
        );
        assert_eq!(check(sent.clone(), true).expect("read").0, sent);
    }

    #[test]
    fn what_is_no_message_is_refused_with_its_id() {
        for (sent, id) in [
            (json!(1), json!(null)),
            (json!("x"), json!(null)),
            (json!({"id": 3}), json!(3)),
            (json!({"id": "a", "method": 5}), json!("a")),
            (json!({"id": null, "method": "ping"}), json!(null)),
            (json!({"id": true, "method": "ping"}), json!(null)),
            (json!({"id": {"a": 1}, "method": "ping"}), json!(null)),
            (json!({"id": [1], "method": "ping"}), json!(null)),
        ] {
            let refusal = check(sent.clone(), true).expect_err("refused");
            assert_eq!(refusal["error"]["code"], -32600, "{sent}");
            assert_eq!(refusal["id"], id, "{sent}");
        }
    }
}
