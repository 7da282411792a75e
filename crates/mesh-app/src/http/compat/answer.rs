//! What the SDK answers, as every client can read it.

use axum::body::Body;
use axum::response::Response;
use futures::TryStreamExt as _;
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use mesh_gateway::raw::Members;
use mesh_http::is_event_stream;
use serde_json::Value;
use serde_json::value::RawValue;

use super::envelope::{Id, Kind, Message};
use crate::app::App;
use crate::rescue::{INTERNAL_ERROR, INVALID_REQUEST, Refusal, bytes_response};

/// An answer that is read back to be mended; a bound only against a fault of our own.
const LARGEST: usize = 64 * 1024 * 1024;

pub(super) async fn mend(
    response: Response,
    message: &Message,
    events: bool,
    app: &App,
) -> Result<Response, Refusal> {
    let response = filled(response, app).await?;
    match form(&response) {
        Form::Json => match &message.id {
            Id::Kept(_) => Ok(response),
            Id::Replaced(id) => restore(response, id.as_ref()).await,
        },
        Form::Events if events && matches!(message.id, Id::Kept(_)) => {
            Ok(unbuffered(filled_events(response, app)))
        }
        Form::Events => gather(filled_events(response, app), message).await,
        // Never to something with an id: it would wait for ever.
        Form::Empty if matches!(message.kind, Kind::Notification | Kind::Response) => Ok(response),
        Form::Empty | Form::Text => Err(reword(response).await),
    }
}

/// The response, with the JSON of other servers put in the places that the SDK kept for it.
async fn filled(response: Response, app: &App) -> Result<Response, Refusal> {
    if app.splices.is_empty() {
        return Ok(response);
    }
    match form(&response) {
        Form::Json => {
            let (mut parts, body) = response.into_parts();
            parts.headers.remove(header::CONTENT_LENGTH);
            let body = app.splices.fill(read(body).await?);
            Ok(Response::from_parts(parts, Body::from(body)))
        }
        Form::Events | Form::Empty | Form::Text => Ok(response),
    }
}

/// A stream of events, each with everything in it that goes out as it came.
fn filled_events(response: Response, app: &App) -> Response {
    if app.gateway.is_none() {
        return response;
    }
    let app = app.clone();
    response.map(|body| {
        let events = body.into_data_stream();
        Body::from_stream(events.map_ok(move |event| app.splices.fill(event)))
    })
}

/// As [`mend`], for a stream that no message asked for: what was missed of an answer may be in it.
pub(super) fn mend_stream(response: Response, app: &App) -> Response {
    match form(&response) {
        Form::Text => bytes_response(
            response.status(),
            "application/json",
            Refusal::bad_request("no such session; send `initialize` to open one")
                .body()
                .to_string(),
        ),
        _ => unbuffered(filled_events(response, app)),
    }
}

enum Form {
    Json,
    Events,
    Empty,
    Text,
}

fn form(response: &Response) -> Form {
    let media_type = response
        .headers()
        .get(header::CONTENT_TYPE)
        .map(HeaderValue::as_bytes);
    match media_type {
        Some(media_type) if media_type.starts_with(b"application/json") => Form::Json,
        _ if is_event_stream(response.headers()) => Form::Events,
        _ if response.status() == StatusCode::ACCEPTED
            || response.status() == StatusCode::NO_CONTENT =>
        {
            Form::Empty
        }
        _ => Form::Text,
    }
}

fn unbuffered(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// Puts the client's own id back, or none where it sent none.
async fn restore(response: Response, id: Option<&Value>) -> Result<Response, Refusal> {
    let (mut parts, body) = response.into_parts();
    let body = read(body).await?;
    let answer = serde_json::from_slice(&body).map_err(|error| fault(&error))?;
    parts.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(parts, Body::from(with_id(answer, id))))
}

/// Its other members stay as they were written.
fn with_id(mut answer: Members<'_>, id: Option<&Value>) -> String {
    match id {
        Some(id) => answer.set("id", id),
        None => answer.remove("id"),
    }
    answer.write().get().to_owned()
}

/// The final message of an event stream, for a client that takes no stream.
async fn gather(response: Response, message: &Message) -> Result<Response, Refusal> {
    let (mut parts, body) = response.into_parts();
    let events = read(body).await?;
    let (answer, members) = events
        .split(|byte| *byte == b'\n')
        .filter_map(|line| line.strip_prefix(b"data:"))
        .filter_map(|data| serde_json::from_slice::<&RawValue>(data).ok())
        .filter_map(|message| Some((message, Members::of(message)?)))
        .find(|(_, message)| message.get("result").is_some() || message.get("error").is_some())
        .ok_or_else(|| fault(&"a stream ended without its answer"))?;
    let answer = match &message.id {
        Id::Kept(_) => answer.get().to_owned(),
        Id::Replaced(id) => with_id(members, id.as_ref()),
    };
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    Ok(Response::from_parts(parts, Body::from(answer)))
}

/// The SDK's plain text, in JSON-RPC's form and with its status.
async fn reword(response: Response) -> Refusal {
    let status = response.status();
    if status.is_server_error() || status.is_success() {
        return fault(&"the SDK answered outside the protocol");
    }
    let message = read(response.into_body())
        .await
        .ok()
        .and_then(|text| String::from_utf8(text.to_vec()).ok());
    let (status, message) = match (status, message) {
        // Its words for a shape it does not know quote the body.
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, _) | (_, None) => (
            StatusCode::BAD_REQUEST,
            "not a JSON-RPC message of this protocol".to_owned(),
        ),
        (status, Some(message)) => (status, message),
    };
    Refusal::new(status, INVALID_REQUEST, message)
}

fn fault(cause: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(%cause, "an answer could not be made");
    Refusal::new(StatusCode::OK, INTERNAL_ERROR, "internal error")
}

async fn read(body: Body) -> Result<bytes::Bytes, Refusal> {
    match Limited::new(body, LARGEST).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) => Err(fault(&error)),
    }
}
