use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};

use crate::mcp::Incoming;
use crate::rescue::{INVALID_REQUEST, Refusal};

pub(super) const SESSION_ID: &str = "mcp-session-id";
/// What the SDK wants to read, word for word.
pub(super) const BOTH: &str = "application/json, text/event-stream";

/// Refuses bodies that cannot be JSON by what their headers say.
///
/// Many callers never set a type, and curl's default is a form's; the old server never looked. Browsers are held back by
/// their `Origin`, not by this.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Refusal> {
    let refuse = |message: &'static str| {
        Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, message)
    };
    if headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|coding| coding.as_bytes() != b"identity")
    {
        return Err(refuse("send the body without Content-Encoding"));
    }
    match headers.get(header::CONTENT_TYPE).map(essence) {
        Some(media_type) if !may_be_json(&media_type) => {
            Err(refuse("Content-Type must be application/json"))
        }
        _ => Ok(()),
    }
}

fn may_be_json(media_type: &str) -> bool {
    matches!(
        media_type,
        "" | "application/json" | "text/json" | "text/plain" | "application/x-www-form-urlencoded"
    ) || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn essence(value: &HeaderValue) -> String {
    let text = String::from_utf8_lossy(value.as_bytes());
    text.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// The request belongs to a session, or its sender thinks so.
pub(in crate::http) fn name_a_session(headers: &HeaderMap) -> bool {
    headers.contains_key(SESSION_ID)
}

/// Notes whether the client takes an event stream, then says to the SDK what it insists on.
pub(super) fn mend(parts: &mut Parts) {
    let json_only = !accepts_events(&parts.headers);
    if let Some(incoming) = parts.extensions.get_mut::<Incoming>() {
        incoming.json_only = json_only;
    }
    parts
        .headers
        .insert(header::ACCEPT, HeaderValue::from_static(BOTH));
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    parts.headers.remove(header::CONTENT_LENGTH);
}

/// Only who names the type knows what to do with it: `*/*` is every client's default.
pub(in crate::http) fn accepts_events(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT).iter().any(|value| {
        let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        text.split(',')
            .any(|range| range.split(';').next().unwrap_or_default().trim() == "text/event-stream")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: http::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn types_that_callers_send_for_json_are_taken() {
        for media_type in [
            "application/json",
            "APPLICATION/JSON; charset=utf-8",
            "application/mcp+json",
            "text/plain",
            "",
        ] {
            assert!(
                check(&with(header::CONTENT_TYPE, media_type)).is_ok(),
                "{media_type}"
            );
        }
        assert!(check(&HeaderMap::new()).is_ok());
    }

    #[test]
    fn other_types_and_codings_are_refused() {
        for media_type in [
            "application/jsonfoo",
            "text/html",
            "multipart/form-data; boundary=x",
        ] {
            assert!(
                check(&with(header::CONTENT_TYPE, media_type)).is_err(),
                "{media_type}"
            );
        }
        assert!(check(&with(header::CONTENT_ENCODING, "gzip")).is_err());
    }

    #[test]
    fn a_wildcard_is_no_wish_for_events() {
        assert!(!accepts_events(&with(header::ACCEPT, "*/*")));
        assert!(accepts_events(&with(
            header::ACCEPT,
            "application/json, Text/Event-Stream;q=0.5"
        )));
    }
}
