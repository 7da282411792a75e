use http::{HeaderMap, header};

/// Whether an answer is a stream of events; media types are written in any case (RFC 9110, section 8.3.1).
#[must_use]
pub fn is_event_stream(headers: &HeaderMap) -> bool {
    const EVENTS: &[u8] = b"text/event-stream";
    let media_type = headers.get(header::CONTENT_TYPE);
    let begins = media_type.and_then(|media_type| media_type.as_bytes().get(..EVENTS.len()));
    begins.is_some_and(|begins| begins.eq_ignore_ascii_case(EVENTS))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_stream_of_events_is_known_in_any_case() {
        let of = |media_type: &'static str| {
            let value = HeaderValue::from_static(media_type);
            is_event_stream(&HeaderMap::from_iter([(header::CONTENT_TYPE, value)]))
        };
        assert!(of("text/event-stream"));
        assert!(of("Text/Event-Stream; charset=utf-8"));
        assert!(!of("text/html"));
        assert!(!is_event_stream(&HeaderMap::new()));
    }
}
