//! RFC 2047: words in other letters than ASCII's.

use mail_parser::decoders::base64::base64_decode;

use crate::ingest::mail::charset;
use crate::ingest::mail::transfer::hex;

/// RFC 2047 allows 75 bytes in all; some programs put a whole subject into one word.
const MAX_DATA_BYTES: usize = 4 * 1024;

/// An encoded word as it is written.
#[derive(Clone, Copy, Debug)]
struct Word<'a> {
    charset: &'a str,
    is_base64: bool,
    data: &'a [u8],
}

/// Each run of encoded words as a single one, in UTF-8.
pub(super) fn joined(block: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(block.len());
    let mut rest = block;
    while let Some(at) = rest.windows(2).position(|two| two == b"=?") {
        joined.extend_from_slice(&rest[..at]);
        let (run, after) = run(&rest[at..]);
        if run.is_empty() {
            joined.extend_from_slice(b"=?");
            rest = &rest[at + 2..];
        } else {
            joined.extend_from_slice(encoded(&text(&run)).as_bytes());
            rest = after;
        }
    }
    joined.extend_from_slice(rest);
    joined
}

/// Words with nothing but white space between them, and what follows the last one.
fn run(text: &[u8]) -> (Vec<Word<'_>>, &[u8]) {
    let mut words = Vec::new();
    let mut end = text;
    let mut rest = text;
    while let Some((word, after)) = word(rest) {
        words.push(word);
        end = after;
        rest = after.trim_ascii_start();
    }
    (words, end)
}

/// `=?charset?q?data?=`; a language may follow the charset behind a `*`.
fn word(text: &[u8]) -> Option<(Word<'_>, &[u8])> {
    let text = text.strip_prefix(b"=?")?;
    let (charset, text) = split(text)?;
    let (encoding, text) = split(text)?;
    let is_base64 = match encoding {
        b"b" | b"B" => true,
        b"q" | b"Q" => false,
        _ => return None,
    };
    let (data, after) = data(text)?;
    let charset = str::from_utf8(charset).ok()?.split('*').next()?;
    let word = Word {
        charset,
        is_base64,
        data,
    };
    (!charset.is_empty()).then_some((word, after))
}

/// What stands before `?=`, and what follows. A word lies within one line, and its end is looked for nearby only: of many
/// words without an end each would have all that follows it looked through.
fn data(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let near = &text[..text.len().min(MAX_DATA_BYTES + 2)];
    let line = near.split(|byte| *byte == b'\n').next()?;
    let end = line.windows(2).position(|two| two == b"?=")?;
    Some((&text[..end], &text[end + 2..]))
}

fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == b'?')?;
    let is_token = text[..at].iter().all(u8::is_ascii_graphic);
    is_token.then(|| (&text[..at], &text[at + 1..]))
}

/// Bytes are joined before they are decoded, as long as the charset stays.
fn text(words: &[Word<'_>]) -> String {
    words
        .chunk_by(|one, next| one.charset.eq_ignore_ascii_case(next.charset))
        .map(|alike| charset::text(&bytes(alike), Some(alike[0].charset)))
        .collect()
}

/// Some programs cut what they have encoded, so that only the whole of it is base64.
fn bytes(words: &[Word<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut cut = Vec::new();
    for word in words {
        if !word.is_base64 {
            bytes.extend(quoted(word.data));
            continue;
        }
        cut.extend(word.data.iter().filter(|byte| !byte.is_ascii_whitespace()));
        if cut.len() % 4 == 0 {
            bytes.extend(base64_decode(&cut).unwrap_or_default());
            cut.clear();
        }
    }
    bytes.extend(base64_decode(&cut).unwrap_or_default());
    bytes
}

fn quoted(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some(byte) = data.get(at) {
        let hex = data.get(at + 1..at + 3).and_then(hex);
        match (byte, hex) {
            (b'=', Some(value)) => {
                bytes.push(value);
                at += 2;
            }
            (b'_', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
        at += 1;
    }
    bytes
}

/// As it is where nothing in it means something to a header: many programs put the word and what follows it together, and
/// the parser would part them.
fn encoded(text: &str) -> String {
    use std::fmt::Write;
    if text.chars().all(|c| c.is_alphanumeric() || c == ' ') {
        return text.to_owned();
    }
    let mut word = "=?utf-8?Q?".to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            word.push(char::from(byte));
        } else {
            write!(word, "={byte:02X}").expect("a String takes all that is written to it");
        }
    }
    word + "?="
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(block: &str) -> String {
        let joined = joined(block.as_bytes());
        let text = String::from_utf8(joined).expect("UTF-8");
        let (words, rest) = run(text.as_bytes());
        if words.is_empty() {
            return text;
        }
        super::text(&words) + str::from_utf8(rest).expect("ASCII")
    }

    #[test]
    fn a_letter_split_over_two_words_is_whole() {
        assert_eq!(
            check("=?UTF-8?Q?Gr=C3?=\r\n =?utf-8?q?=BC=C3=9Fe?="),
            "Grüße"
        );
        assert_eq!(
            check("=?utf-8?B?44GT44KT44Gr44Gh?= =?utf-8*ja?B?44Gv?="),
            "こんにちは"
        );
        assert_eq!(check("=?utf-8?B?w7zD?=\n\t=?utf-8?B?n2U=?="), "üße");
        assert_eq!(check("=?utf-8?B?w7z?= =?utf-8?B?Dn2U=?="), "üße");
        assert_eq!(
            check("=?iso-2022-jp?B?GyRCJU8=?= =?iso-2022-jp?B?GyhC?="),
            "ハ"
        );
    }

    #[test]
    fn words_of_several_charsets_are_one_text() {
        assert_eq!(check("=?iso-8859-1?q?caf=E9_?= =?koi8-r?q?=F0?="), "café П");
        assert_eq!(check("=?iso-8859-1?q?Dvo=C5=99=C3=A1k?="), "Dvořák");
    }

    #[test]
    fn a_word_and_what_follows_it_stay_together() {
        assert_eq!(check("=?utf-8?q?=C3=A9t=C3=A9?=, fin"), "été, fin");
        assert_eq!(
            check("=?utf-8?q?=22=C3=A9t=C3=A9=22?= <a@x>"),
            "\"été\" <a@x>"
        );
    }

    #[test]
    fn the_end_of_a_word_is_looked_for_within_its_line_and_nearby() {
        let word = |length| format!("=?utf-8?q?{}?=", "x".repeat(length));
        assert_eq!(check(&word(MAX_DATA_BYTES)), "x".repeat(MAX_DATA_BYTES));
        let far = word(MAX_DATA_BYTES + 1);
        assert_eq!(check(&far), far);
        let folded = "=?utf-8?q?x\n y?=";
        assert_eq!(check(folded), folded);
    }

    #[test]
    fn what_is_no_word_stays() {
        for text in ["a =?b", "=?utf-8?x?y?=", "=??q?y?=", "=?utf-8?q?y"] {
            assert_eq!(check(text), text);
        }
    }
}
