//! From bytes to text: UTF-8, UTF-16 with a mark, and for HTML what the page declares.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use super::skip::SkipReason;

/// How far a NUL byte is looked for: no text format has one, nearly every binary one has it early.
const BINARY_PROBE_BYTES: usize = 8 * 1024;

/// HTML, parsing: the declaration must lie within the first 1024 bytes.
const CHARSET_PROBE_BYTES: usize = 1024;

/// The text of a file without a declaration of its own.
pub(crate) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, SkipReason> {
    match marked(bytes) {
        Some(decoded) => decoded,
        None => unmarked(bytes, UTF_8),
    }
}

/// The text of an HTML page: a byte order mark wins over the page's own declaration.
pub(crate) fn html(bytes: &[u8]) -> Result<Cow<'_, str>, SkipReason> {
    match marked(bytes) {
        Some(decoded) => decoded,
        None => unmarked(bytes, declared(bytes).unwrap_or(UTF_8)),
    }
}

fn marked(bytes: &[u8]) -> Option<Result<Cow<'_, str>, SkipReason>> {
    let (encoding, mark) = Encoding::for_bom(bytes)?;
    Some(decode(&bytes[mark..], encoding))
}

fn unmarked<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Result<Cow<'a, str>, SkipReason> {
    if bytes[..bytes.len().min(BINARY_PROBE_BYTES)].contains(&0) {
        return Err(SkipReason::Binary);
    }
    decode(bytes, encoding)
}

fn decode<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Result<Cow<'a, str>, SkipReason> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or(if encoding == UTF_8 {
            SkipReason::NotUtf8
        } else {
            SkipReason::BrokenEncoding(encoding.name().into())
        })
}

/// What `<meta charset>`, its `http-equiv` form or an XML declaration says.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(CHARSET_PROBE_BYTES)].to_ascii_lowercase();
    ["charset=", "encoding="]
        .iter()
        .find_map(|marker| label_after(&head, marker.as_bytes()))
        .and_then(Encoding::for_label)
}

fn label_after<'a>(head: &'a [u8], marker: &[u8]) -> Option<&'a [u8]> {
    let found = head.windows(marker.len()).position(|at| at == marker)?;
    let rest = head[found + marker.len()..].trim_ascii_start();
    let rest = rest
        .strip_prefix(b"\"")
        .or(rest.strip_prefix(b"'"))
        .unwrap_or(rest);
    let end = rest
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:.".contains(byte)))?;
    Some(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_obeyed_and_removed() {
        assert_eq!(text(b"\xEF\xBB\xBFhi").as_deref(), Ok("hi"));
        assert_eq!(text(b"\xFF\xFEh\0i\0").as_deref(), Ok("hi"));
        assert_eq!(text(b"\xFE\xFF\0h\0i").as_deref(), Ok("hi"));
    }

    #[test]
    fn nul_bytes_are_binary_and_broken_bytes_are_named() {
        assert_eq!(text(b"a\0b"), Err(SkipReason::Binary));
        assert_eq!(text(b"caf\xE9"), Err(SkipReason::NotUtf8));
    }

    #[test]
    fn a_page_is_read_in_the_charset_it_declares() {
        let short = b"<meta charset='ISO-8859-1'><p>caf\xE9</p>";
        assert!(html(short).is_ok_and(|text| text.contains("café")));
        let long =
            b"<meta http-equiv=content-type content=\"text/html; charset=windows-1252\">\x80";
        assert!(html(long).is_ok_and(|text| text.contains('€')));
        let xml = b"<?xml version=\"1.0\" encoding=\"iso-8859-15\"?><p>\xA4</p>";
        assert!(html(xml).is_ok_and(|text| text.contains('€')));
    }
}
