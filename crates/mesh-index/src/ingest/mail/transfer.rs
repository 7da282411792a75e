//! The bytes of a part, out of what they are encoded in on their way; what is broken in it costs no more than itself.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::{Message, MessagePart, MimeHeaders};

/// What the part holds, before any charset.
pub(super) fn decoded(message: &Message<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    let range = part.offset_body as usize..part.offset_end as usize;
    let raw = message.raw_message.get(range).unwrap_or_default();
    let encoding = part.content_transfer_encoding().unwrap_or_default();
    match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => base64(raw),
        "quoted-printable" => quoted_printable(raw),
        _ => raw.to_vec(),
    }
}

fn base64(raw: &[u8]) -> Vec<u8> {
    let in_alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    let digits: Vec<u8> = raw.iter().copied().filter(in_alphabet).collect();
    base64_decode(&digits).unwrap_or_default()
}

/// RFC 2045, 6.7: an `=` at the end of a line joins it with the next one; any other that has no value stays.
fn quoted_printable(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii_end();
        match content.strip_suffix(b"=") {
            Some(content) => unquote(content, &mut bytes),
            None => {
                unquote(content, &mut bytes);
                if line.ends_with(b"\n") {
                    bytes.push(b'\n');
                }
            }
        }
    }
    bytes
}

fn unquote(line: &[u8], bytes: &mut Vec<u8>) {
    let mut rest = line;
    while let Some((first, tail)) = rest.split_first() {
        let value = tail.get(..2).filter(|_| *first == b'=').and_then(hex);
        bytes.push(value.unwrap_or(*first));
        rest = if value.is_some() { &tail[2..] } else { tail };
    }
}

/// The value of two hexadecimal digits.
pub(super) fn hex(digits: &[u8]) -> Option<u8> {
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = str::from_utf8(digits).ok().filter(|_| is_hex)?;
    u8::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(
            quoted_printable(b"a=3Db = c=\r\nd=zz =E9 \r\ne="),
            b"a=b = cd=zz \xe9\ne"
        );
    }

    #[test]
    fn what_is_no_digit_is_left_out() {
        assert_eq!(base64(b"aGVs\r\nbG8!="), b"hello");
    }
}
