use std::error::Error as _;

use bytes::Bytes;
use mesh_gateway::events::{Event, Events, TooLarge};
use reqwest::Response;
use serde_json::Value;

use super::fault::CallFault;

/// Larger answers would not be read by anyone, and must not fill the machine.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// What reads an answer that is a stream.
pub(super) const fn events() -> Events {
    Events::new(MAX_ANSWER_BYTES)
}

/// The events that its next bytes complete; nothing at its end.
pub(super) async fn next_events(
    response: &mut Response,
    events: &mut Events,
) -> Result<Option<Vec<Event>>, CallFault> {
    let Some(bytes) = chunk(response).await? else {
        return Ok(None);
    };
    let events = events.read(&bytes);
    events
        .map(Some)
        .map_err(|TooLarge| CallFault::TooLarge(MAX_ANSWER_BYTES))
}

/// An answer that is not a stream.
pub(super) async fn whole(response: Response) -> Result<Value, CallFault> {
    let status = response.status();
    let body = read(response).await?;
    if let Ok(message @ Value::Object(_)) = serde_json::from_slice(&body)
        && (message.get("jsonrpc").is_some() || status.is_success())
    {
        return Ok(message);
    }
    if !status.is_success() {
        let reason = excerpt(&body);
        return Err(CallFault::Status { status, reason });
    }
    match body.trim_ascii_start().first() {
        None => Ok(Value::Null),
        Some(b'<') => Err(CallFault::NotMcp("a web page".to_owned())),
        Some(_) => Err(CallFault::NotMcp("something else than JSON".to_owned())),
    }
}

pub(crate) async fn read(mut response: Response) -> Result<Vec<u8>, CallFault> {
    let mut body = Vec::new();
    while let Some(bytes) = chunk(&mut response).await? {
        body.extend_from_slice(&bytes);
        if body.len() > MAX_ANSWER_BYTES {
            return Err(CallFault::TooLarge(MAX_ANSWER_BYTES));
        }
    }
    Ok(body)
}

async fn chunk(response: &mut Response) -> Result<Option<Bytes>, CallFault> {
    let chunk = response.chunk().await;
    chunk.map_err(|error| CallFault::BrokeOff(root_cause(&error)))
}

/// The beginning of a body that explains a refusal.
pub(crate) fn excerpt(body: &[u8]) -> String {
    const CHARS: usize = 200;
    let text = String::from_utf8_lossy(body);
    match text.trim() {
        "" => "no reason given".to_owned(),
        page if page.starts_with('<') => "a web page; is the path of the address right?".to_owned(),
        text => text.chars().take(CHARS).collect(),
    }
}

pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut text = error.to_string();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}
