use http::HeaderMap;
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest as _, Sha256};

use crate::sigv4::hex;

/// All but the unreserved characters of RFC 3986.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const PATH: &AsciiSet = &VALUE.remove(b'/');

/// The form of a request that both sides can agree on.
pub(super) fn request(parts: &Parts, signed_headers: &[String], body: &[u8]) -> String {
    let headers: String = signed_headers
        .iter()
        .map(|name| header(&parts.headers, name))
        .collect();
    [
        parts.method.as_str(),
        &path(parts.uri.path()),
        &query(parts.uri.query().unwrap_or_default()),
        &headers,
        &signed_headers.join(";"),
        &hex_digest(body),
    ]
    .join("\n")
}

pub(super) fn hex_digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The path as it was sent, normalised, and encoded once more: only S3 does without.
fn path(sent: &str) -> String {
    let mut segments = Vec::new();
    for segment in sent
        .split('/')
        .filter(|segment| !segment.is_empty() && *segment != ".")
    {
        if segment == ".." {
            segments.pop();
        } else {
            segments.push(segment);
        }
    }
    let end = if sent.ends_with('/') && !segments.is_empty() {
        "/"
    } else {
        ""
    };
    let normal = format!("/{}{end}", segments.join("/"));
    percent_encode(normal.as_bytes(), PATH).to_string()
}

fn query(sent: &str) -> String {
    let pairs = sent.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<(String, String)> = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encoded(name), encoded(value)))
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// The same encoding for every spelling of a text.
fn encoded(text: &str) -> String {
    let bytes: Vec<u8> = percent_decode_str(text).collect();
    percent_encode(&bytes, VALUE).to_string()
}

/// `name:value`, several values of a name joined and runs of blanks made one; a header that was not sent is empty.
fn header(headers: &HeaderMap, name: &str) -> String {
    let values = headers.get_all(name).iter().map(|value| {
        let text = String::from_utf8_lossy(value.as_bytes());
        text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
    });
    format!("{name}:{}\n", values.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_normalised_and_encoded_twice() {
        for (sent, canonical) in [
            ("/", "/"),
            ("", "/"),
            ("/tools/a%2Fb", "/tools/a%252Fb"),
            ("/a/./b/../c//d/", "/a/c/d/"),
            ("/r~p-c_1.0", "/r~p-c_1.0"),
        ] {
            assert_eq!(path(sent), canonical, "{sent}");
        }
    }

    #[test]
    fn a_query_is_sorted_by_its_encoding() {
        assert_eq!(query("b=2&a=%7Ex&a=1&c"), "a=1&a=~x&b=2&c=");
        assert_eq!(query("q=a b&q=%c3%a4"), "q=%C3%A4&q=a%20b");
    }
}
