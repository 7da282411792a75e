//! JSON-RPC batches: 2025-03-26 requires that they are received, 2025-06-18 took them out again.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::future::join_all;
use http::{StatusCode, request::Parts};
use http_body_util::BodyExt as _;
use mesh_core::Revision;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::envelope::{self, Kind, Message};
use super::{Rpc, one};
use crate::rescue::{INTERNAL_ERROR, Refusal, bytes_response};

/// Far more than a client sends, far less than would tie up the server.
const MAX: usize = 50;
/// The only one that has them.
pub(super) const VERSION: &str = Revision::V2025_03_26.as_str();

/// Answers all messages at once, in the order sent; notifications have no part in the answer.
pub(super) async fn answer(
    rpc: &Rpc,
    parts: &Parts,
    messages: Vec<Value>,
    text: &Bytes,
) -> Result<Response, Refusal> {
    check_version(parts)?;
    let messages = split(messages, text)?.into_iter();
    let answers = messages.map(|(message, text)| element(rpc, parts, message, text));
    let answers = join_all(answers).await;
    let answers: Vec<Box<RawValue>> = answers.into_iter().flatten().collect();
    if answers.is_empty() {
        return Ok(StatusCode::ACCEPTED.into_response());
    }
    Ok(bytes_response(
        StatusCode::OK,
        "application/json",
        array(&answers),
    ))
}

fn array(answers: &[Box<RawValue>]) -> String {
    let answers: Vec<&str> = answers.iter().map(|answer| answer.get()).collect();
    format!("[{}]", answers.join(","))
}

fn check_version(parts: &Parts) -> Result<(), Refusal> {
    let version = parts
        .headers
        .get("mcp-protocol-version")
        .map(http::HeaderValue::as_bytes);
    match version.is_some_and(|version| version > VERSION.as_bytes()) {
        true => Err(Refusal::bad_request(
            "batches ended with protocol version 2025-03-26; send one message at a time",
        )),
        false => Ok(()),
    }
}

/// Its messages, each beside what was written.
pub(super) fn split(messages: Vec<Value>, text: &Bytes) -> Result<Vec<(Value, Bytes)>, Refusal> {
    match messages.len() {
        0 => Err(Refusal::bad_request("a batch needs at least one message")),
        length if length > MAX => Err(Refusal::bad_request(format!(
            "a batch of {length} messages; at most {MAX} are answered at once"
        ))),
        _ => {
            let texts: Vec<&RawValue> = serde_json::from_slice(text).unwrap_or_default();
            let texts = texts.iter().map(|one| text.slice_ref(one.get().as_bytes()));
            Ok(messages.into_iter().zip(texts).collect())
        }
    }
}

/// A message of a batch.
pub(super) fn part(message: Value, text: Bytes, events: bool) -> Result<Message, Refusal> {
    match envelope::read(message, Some(text), events)? {
        // 2025-03-26, basic/lifecycle: initialize must not be part of a batch.
        message if message.kind == Kind::Initialize => {
            let refusal = Refusal::bad_request("`initialize` cannot be part of a batch");
            Err(refusal.to(message.answer_id()))
        }
        message => Ok(message),
    }
}

/// The answer to one message of a batch, or nothing where none is due.
async fn element(rpc: &Rpc, parts: &Parts, message: Value, text: Bytes) -> Option<Box<RawValue>> {
    let message = match part(message, text, false) {
        Err(refusal) => return Some(written(&refusal)),
        Ok(message) => message,
    };
    let wants_answer = message.kind == Kind::Request;
    let id = message.answer_id();
    let answer = match one(rpc, &mut json_only(parts), message).await {
        Ok(response) => read(response).await,
        Err(refusal) => Some(written(&refusal)),
    };
    let lost = || written(&Refusal::new(StatusCode::OK, INTERNAL_ERROR, "internal error").to(id));
    wants_answer.then(|| answer.unwrap_or_else(lost))
}

/// The parts of a batch are one JSON array: none of them can be a stream.
fn json_only(parts: &Parts) -> Parts {
    let mut parts = parts.clone();
    if let Some(incoming) = parts.extensions.get_mut::<crate::mcp::Incoming>() {
        incoming.json_only = true;
    }
    parts
}

fn written(refusal: &Refusal) -> Box<RawValue> {
    to_raw_value(&refusal.body()).expect("a value can be written as JSON")
}

async fn read(response: Response) -> Option<Box<RawValue>> {
    let body = response.into_body().collect().await.ok()?.to_bytes();
    serde_json::from_slice(&body).ok()
}
