//! In front of the SDK's Streamable HTTP service: what old and careless clients send is made into what the SDK expects, and
//! what the SDK answers in plain text is made into JSON-RPC.
//!
//! Clients are patient with little (see the tests): a 4xx or 5xx ends some sessions for good, an answer without their id is
//! waited for without end. So every request that could be read gets its answer with its id, and whatever the application
//! decides is HTTP 200 for the revisions before 2026-07-28; that one has its own table of statuses, which the SDK keeps.

mod answer;
mod batch;
mod envelope;
mod fast_path;
mod headers;
mod in_flight;
mod missed;
mod params;
mod services;
mod single;
mod stream;

use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, request::Parts};
use serde_json::Value;

use self::envelope::Message;
use super::{body, json};
use crate::mcp::{Incoming, known_method};
use crate::rescue::{INTERNAL_ERROR, Refusal};

pub(super) use self::headers::{accepts_events, name_a_session};
pub(super) use self::services::Rpc;
pub(crate) use self::single::Messages;

pub(super) async fn rpc(State(rpc): State<Rpc>, request: Request) -> Response {
    let request = match &rpc.sessions {
        Some(sessions) => {
            let (mut parts, body) = request.into_parts();
            sessions.disown(&mut parts);
            Request::from_parts(parts, body)
        }
        None => request,
    };
    let tally = request
        .extensions()
        .get::<Incoming>()
        .map(|incoming| incoming.tally.clone());
    let response = match *request.method() {
        Method::POST => post(&rpc, request).await,
        Method::GET | Method::DELETE => Ok(stream::session_stream(&rpc, request).await),
        _ => Ok(stream::method_not_allowed()),
    };
    response.unwrap_or_else(|refusal| {
        if let Some(tally) = tally {
            tally.failure("refused");
        }
        refusal.into_response()
    })
}

async fn post(rpc: &Rpc, request: Request) -> Result<Response, Refusal> {
    headers::check(request.headers())?;
    let (mut parts, body) = request.into_parts();
    let bytes = body::read(body, rpc.app.config.server.max_body_bytes).await?;
    let (value, text) = json::parse(&bytes)?;
    headers::mend(&mut parts);
    match value {
        Value::Array(messages) => batch::answer(rpc, &parts, messages, &text).await,
        value => {
            let message = envelope::read(value, Some(text), takes_events(&parts))?;
            one(rpc, &mut parts, message).await
        }
    }
}

fn takes_events(parts: &Parts) -> bool {
    parts
        .extensions
        .get::<Incoming>()
        .is_none_or(|incoming| !incoming.json_only)
}

/// Answers one message, within the request's deadline and a moment for the answer itself to be made.
async fn one(rpc: &Rpc, parts: &mut Parts, message: Message) -> Result<Response, Refusal> {
    const MOMENT: Duration = Duration::from_secs(1);
    if let Some(incoming) = parts.extensions.get_mut::<Incoming>() {
        incoming.written = message.written_call();
    }
    let parts = &*parts;
    let incoming = parts.extensions.get::<Incoming>().cloned();
    let deadline = incoming
        .as_ref()
        .map_or_else(|| rpc.app.deadline(), |incoming| incoming.request.deadline);
    if let Some(incoming) = &incoming {
        let method = message.method().and_then(known_method);
        incoming.tally.message(method, message.trace());
    }
    let work = async {
        if let Some(response) = fast_path::answer(rpc, parts, &message).await {
            return Ok(response);
        }
        let response = services::forward(rpc, parts, &message).await?;
        let response = answer::mend(response, &message, takes_events(parts), &rpc.app).await?;
        Ok(services::resumable(rpc, parts, &message, response))
    };
    let response = tokio::time::timeout_at((deadline.at() + MOMENT).into(), work)
        .await
        .unwrap_or_else(|_| {
            Err(Refusal::new(
                StatusCode::OK,
                INTERNAL_ERROR,
                "no answer in time; try again",
            ))
        });
    if let (Some(incoming), Ok(response)) = (incoming, &response)
        && !response.status().is_success()
    {
        incoming.tally.failure("protocol");
    }
    response.map_err(|refusal| refusal.to(message.answer_id()))
}
