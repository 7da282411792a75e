//! `/webhooks/elevenlabs`: what ElevenLabs tells of calls that have ended, or could not begin. Its signature is what lets it in.

use std::time::SystemTime;

use axum::Extension;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use mesh_core::{Parameter, truncate};
use mesh_tools::voice::{CallEvent, SIGNATURE_HEADER, Signature, Unsigned};
use serde_json::json;

use super::super::body;
use super::super::layer::UNAUTHORIZED;
use crate::app::App;
use crate::rescue::{json_response, refuse};
use crate::tally::Tally;

pub(in crate::http) fn routes() -> Router<App> {
    Router::new().route("/webhooks/elevenlabs", post(elevenlabs))
}

async fn elevenlabs(
    State(app): State<App>,
    Extension(tally): Extension<Tally>,
    request: Request,
) -> Response {
    // A stranger's body is not even read where its signature is none.
    let signature = match signature(request.headers()) {
        Ok(signature) => signature,
        Err(why) => return unsigned(&tally, why),
    };
    let bytes = match body::read(request.into_body(), app.config.server.max_body_bytes).await {
        Ok(bytes) => bytes,
        Err(refusal) => return refuse(refusal.status, "invalid_request", &refusal.message),
    };
    match checked(&app, &signature, &bytes).await {
        None => return unexpected(&tally),
        Some(Err(why)) => return unsigned(&tally, why),
        Some(Ok(())) => tally.let_in(),
    }
    let Ok(event) = serde_json::from_slice::<CallEvent>(&bytes) else {
        tally.failure("parse");
        let told = "the body is no event of ElevenLabs: `type` and `data`";
        return refuse(StatusCode::BAD_REQUEST, "invalid_request", told);
    };
    write_down(&event);
    json_response(StatusCode::OK, &json!({"received": true}))
}

fn signature(headers: &HeaderMap) -> Result<Signature, Unsigned> {
    let header = headers.get(SIGNATURE_HEADER);
    let header = header.and_then(|value| value.to_str().ok());
    Signature::read(header.ok_or(Unsigned::Unread)?, SystemTime::now())
}

/// None without a secret. One that is made anew while we run is read where the one we have is not it.
async fn checked(app: &App, signature: &Signature, body: &[u8]) -> Option<Result<(), Unsigned>> {
    let check = || {
        let secret = app
            .services
            .secrets
            .at_hand(Parameter::ElevenLabsWebhookSecret)?;
        Some(signature.check(&secret, body))
    };
    if let Some(Ok(())) = check() {
        return Some(Ok(()));
    }
    app.services.secrets.read_for_newer(app.deadline()).await;
    check()
}

fn unexpected(tally: &Tally) -> Response {
    tally.failure("no_secret");
    let told = "no webhook is expected here: there is no secret to check one with; `mesh register elevenlabs --post-call-webhook` makes one";
    refuse(StatusCode::NOT_FOUND, "not_found", told)
}

fn unsigned(tally: &Tally, why: Unsigned) -> Response {
    tally.failure(UNAUTHORIZED);
    refuse(StatusCode::UNAUTHORIZED, UNAUTHORIZED, &why.to_string())
}

/// By its ids a call is found again (`get_conversation`); what was said stays there.
fn write_down(event: &CallEvent) {
    let call = &event.data;
    tracing::info!(
        event = truncate(&event.kind),
        agent = call.agent_id.as_deref().map(truncate),
        conversation = call.conversation_id.as_deref().map(truncate),
        status = call.status.as_deref().map(truncate),
        failure = call.failure_reason.as_deref().map(truncate),
        seconds = call.metadata.call_duration_secs,
        "ElevenLabs tells of a call"
    );
}
