use std::sync::Arc;

use axum::response::Response;
use http::{Extensions, HeaderValue, StatusCode, header};
use mesh_core::Host;

use crate::app::App;
use crate::callers::Unrecognised;
use crate::rescue::refuse;
use crate::serve::Place;
use crate::tally::Tally;

/// When what tokens and keys are checked by may have been asked for again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// Notes that a stranger is refused. A connection on which that happens again and again is closed.
pub(super) fn at_the_door(
    extensions: &Extensions,
    why: &'static str,
    mut response: Response,
) -> Response {
    if let Some(tally) = extensions.get::<Tally>() {
        tally.failure(why);
    }
    let place = extensions.get::<Arc<Place>>();
    if place.is_some_and(|place| place.refuse()) {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// The answer to who is not let in. It is the same whatever is wrong with a token.
pub(super) fn turned_away(app: &App, path: &str, why: Unrecognised) -> Response {
    // RFC 6750, section 3.1: who showed nothing has made no error.
    let error = match why {
        Unrecognised::ShowedNothing => None,
        Unrecognised::Unknown => Some("invalid_token"),
        Unrecognised::LacksScope => Some("insufficient_scope"),
        Unrecognised::Unchecked => return unchecked(),
    };
    let mut response = if why == Unrecognised::LacksScope {
        let message = "ask for a token with the scopes that `WWW-Authenticate` names";
        refuse(StatusCode::FORBIDDEN, "insufficient_scope", message)
    } else {
        let message = advice(app.config.host);
        refuse(StatusCode::UNAUTHORIZED, "unauthorized", message)
    };
    let error = error.map(|error| format!("error=\"{error}\""));
    let oauth = app.callers.oauth().map(|oauth| oauth.parameters(path));
    let parameters: Vec<_> = error.into_iter().chain(oauth).collect();
    let challenge = format!("Bearer {}", parameters.join(", "));
    if let Ok(challenge) = challenge.trim_end().try_into() {
        let headers = response.headers_mut();
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

fn advice(host: Host) -> &'static str {
    match host {
        Host::Process => "send `Authorization: Bearer` with a token or key of this server",
        Host::Lambda => {
            "sign the request (SigV4), or send `Authorization: Bearer` with a token or key of this server"
        }
    }
}

/// A client that is told its token was wrong would throw it away.
fn unchecked() -> Response {
    later("the token cannot be checked at the moment; send the request again")
}

/// Nobody knows what anybody may use. It would be wrong to say that this caller may use nothing.
pub(super) fn without_policy() -> Response {
    later("what callers may use cannot be read at the moment; send the request again")
}

fn later(message: &str) -> Response {
    let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, RETRY_AFTER);
    response
}
