//! Headers made plain before a message is parsed: each run of encoded words becomes one word in UTF-8, bytes beyond ASCII
//! become UTF-8, and no part is a message any more.
//!
//! A letter may be split over two encoded words, which only whoever joins them can read. And messages within messages are
//! read one by one, to a depth of our own: the parser and the memory it gives back would follow any number of them.

mod nested;
mod word;

use super::mbox::is_field;
use crate::ingest::decode;

/// What a message within a message is called instead of `message/rfc822`.
pub(super) const NESTED_SUBTYPE: &str = "x-mail";

/// More boundaries than this are not looked for: a message of so many levels is made to be one.
const MAX_BOUNDARIES: usize = 64;

/// The message with the headers of all of its parts made plain.
pub(super) fn plain(raw: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(raw.len());
    let mut boundaries: Vec<Vec<u8>> = Vec::new();
    let mut rest = raw;
    loop {
        let (block, body) = rest.split_at(block_end(rest));
        let block = plain_block(block);
        boundaries.extend(boundary(&block));
        boundaries.truncate(MAX_BOUNDARIES);
        plain.extend_from_slice(&block);
        let (body, next) = body.split_at(part_start(body, &boundaries));
        plain.extend_from_slice(body);
        if next.is_empty() {
            return nested::disarmed_beyond(plain);
        }
        rest = next;
    }
}

/// Where the headers end, their blank line included.
fn block_end(text: &[u8]) -> usize {
    let mut end = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        if line.trim_ascii().is_empty() {
            break;
        }
    }
    end
}

/// Where the headers of the next part begin, behind a boundary; the end where there is none.
fn part_start(body: &[u8], boundaries: &[Vec<u8>]) -> usize {
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        let is_boundary = line.strip_prefix(b"--").is_some_and(|line| {
            let named = |boundary: &Vec<u8>| line.starts_with(boundary);
            boundaries.iter().any(named)
        });
        let next = body[at..].split(|byte| *byte == b'\n').next();
        if is_boundary && next.is_some_and(is_field) {
            return at;
        }
    }
    at
}

fn plain_block(block: &[u8]) -> Vec<u8> {
    let text = decode::guessed(block);
    nested::disarmed(&word::joined(text.as_bytes()))
}

/// The value of `boundary=`.
fn boundary(block: &[u8]) -> Option<Vec<u8>> {
    const NAME: &[u8] = b"boundary=";
    let at = block
        .windows(NAME.len())
        .position(|name| name.eq_ignore_ascii_case(NAME))?;
    let value = block[at + NAME.len()..].trim_ascii_start();
    let value = match value.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|byte| *byte == b'"').next()?,
        None => value
            .split(|byte| *byte == b';' || byte.is_ascii_whitespace())
            .next()?,
    };
    (!value.is_empty()).then(|| value.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &[u8]) -> String {
        String::from_utf8(plain(source)).expect("headers made plain are UTF-8")
    }

    #[test]
    fn bytes_beyond_ascii_become_utf_8_in_headers_only() {
        let plain = plain(b"Subject: Stra\xdfe\nFrom: J\xf6rg\n\nStra\xdfe\n");
        assert_eq!(
            plain,
            b"Subject: Stra\xc3\x9fe\nFrom: J\xc3\xb6rg\n\nStra\xdfe\n"
        );
    }

    #[test]
    fn parts_have_headers_of_their_own_and_texts_keep_their_lines() {
        let source = "Content-Type: multipart/mixed; boundary=\"x y\"\n\n--x y\nContent-Type: message/rfc822\n\n\
                      A: message/rfc822\n--x y--\n--z\nContent-Type: message/rfc822\n";
        let expected = source.replacen("message/rfc822", "message/x-mail", 1);
        assert_eq!(check(source.as_bytes()), expected);
    }
}
