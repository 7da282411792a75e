use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const TEXT: &[&str] = &[
    "text/",
    "application/json",
    "application/javascript",
    "application/xml",
];
const TEXT_SUFFIXES: &[&str] = &["+json", "+xml"];

/// The body of an event, and whether it is base64: text as it stands, everything else (forms too) encoded.
pub(super) fn encode(headers: &BTreeMap<String, String>, body: &[u8]) -> (Option<String>, bool) {
    if body.is_empty() {
        return (None, false);
    }
    match std::str::from_utf8(body) {
        Ok(text) if is_text(headers) => (Some(text.to_owned()), false),
        _ => (Some(STANDARD.encode(body)), true),
    }
}

fn is_text(headers: &BTreeMap<String, String>) -> bool {
    let Some(kind) = headers.get("content-type") else {
        return false;
    };
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let named = TEXT.iter().any(|text| kind.starts_with(text))
        || TEXT_SUFFIXES.iter().any(|suffix| kind.ends_with(suffix));
    named && !headers.contains_key("content-encoding")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&str, &str)], body: &[u8], expected: (Option<&str>, bool)) {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let (text, is_base64) = encode(&headers, body);
        assert_eq!((text.as_deref(), is_base64), expected);
    }

    #[test]
    fn only_text_travels_as_text() {
        check(
            &[("content-type", "application/json; charset=utf-8")],
            b"{}",
            (Some("{}"), false),
        );
        check(
            &[("content-type", "application/mcp+json")],
            b"{}",
            (Some("{}"), false),
        );
        check(
            &[("content-type", "application/x-www-form-urlencoded")],
            b"a=1",
            (Some("YT0x"), true),
        );
        check(
            &[
                ("content-type", "application/json"),
                ("content-encoding", "gzip"),
            ],
            b"{}",
            (Some("e30="), true),
        );
        check(
            &[("content-type", "text/plain")],
            b"\xff",
            (Some("/w=="), true),
        );
        check(&[], b"{}", (Some("e30="), true));
        check(&[("content-type", "application/json")], b"", (None, false));
    }
}
