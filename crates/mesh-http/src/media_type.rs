use http::{HeaderMap, header};

/// What a message is said to be, without parameters and in lower case, as it may be written in any (RFC 9110, section 8.3.1);
/// empty where it is not said.
#[must_use]
pub fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok()).unwrap_or("");
    let (essence, _) = value.split_once(';').unwrap_or((value, ""));
    essence.trim().to_ascii_lowercase()
}

/// Whether an answer is a stream of events.
#[must_use]
pub fn is_event_stream(headers: &HeaderMap) -> bool {
    media_type(headers) == "text/event-stream"
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn of(media_type: &'static str) -> HeaderMap {
        let value = HeaderValue::from_static(media_type);
        HeaderMap::from_iter([(header::CONTENT_TYPE, value)])
    }

    #[test]
    fn a_media_type_is_known_in_any_case_and_with_any_parameters() {
        for written in [
            "application/json",
            " Application/JSON ;charset=utf-8",
            "application/json;a=b;c=d",
        ] {
            assert_eq!(media_type(&of(written)), "application/json", "{written}");
        }
        assert_eq!(media_type(&HeaderMap::new()), "");
    }

    #[test]
    fn a_stream_of_events_is_known_in_any_case() {
        assert!(is_event_stream(&of("text/event-stream")));
        assert!(is_event_stream(&of("Text/Event-Stream; charset=utf-8")));
        assert!(!is_event_stream(&of("text/html")));
        assert!(!is_event_stream(&of("text/event-streams")));
        assert!(!is_event_stream(&HeaderMap::new()));
    }
}
