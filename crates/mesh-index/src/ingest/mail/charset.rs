//! The text of bytes, whatever their message says they are.

use encoding_rs::{Encoding, UTF_8};
use mail_parser::decoders::charsets::map::charset_decoder;

use crate::ingest::decode;

/// Text of several letters in these is at times valid UTF-8 too, so that it is taken for what it says it is.
const MULTIBYTE: [&str; 8] = [
    "GBK",
    "gb18030",
    "Big5",
    "EUC-JP",
    "EUC-KR",
    "Shift_JIS",
    "UTF-16LE",
    "UTF-16BE",
];

/// So many letters of another charset are not valid UTF-8 by chance.
const MIN_LETTERS: usize = 6;

/// Bytes beyond ASCII that are valid UTF-8 are UTF-8, whichever single-byte charset, or none, they are declared to be.
pub(super) fn text(bytes: &[u8], declared: Option<&str>) -> String {
    let label = declared.map(label).unwrap_or_default();
    let known = Encoding::for_label_no_replacement(label.as_bytes());
    let known = known.map(|known| {
        if is_wide(bytes) {
            known
        } else {
            known.output_encoding()
        }
    });
    if let Some(text) = utf8(bytes, &label, known) {
        return text.to_owned();
    }
    match known.filter(|known| *known != UTF_8) {
        Some(known) => known.decode(bytes).0.into_owned(),
        None => match charset_decoder(label.as_bytes()) {
            Some(decode) if known.is_none() => decode(bytes),
            _ => decode::guessed(bytes).into_owned(),
        },
    }
}

/// Whether it may be UTF-16, whose spaces and line ends have a NUL byte each. Outlook declares it of other text too.
fn is_wide(bytes: &[u8]) -> bool {
    bytes.contains(&0) || Encoding::for_bom(bytes).is_some_and(|(marked, _)| marked != UTF_8)
}

fn utf8<'a>(bytes: &'a [u8], label: &str, known: Option<&'static Encoding>) -> Option<&'a str> {
    let text = str::from_utf8(bytes).ok()?;
    let letters = || text.chars().filter(|c| !c.is_ascii()).count();
    let is_multibyte = known.is_some_and(|known| MULTIBYTE.contains(&known.name()));
    // These write other letters in ASCII.
    let is_shifted = matches!(label, "iso-2022-jp" | "utf-7");
    let is_likely = !is_shifted && (!is_multibyte || letters() >= MIN_LETTERS);
    is_likely.then_some(text)
}

/// Programs write their own names of charsets: `Windows1252`, `cp-1251`, `x-gbk`, `"utf8mb4"`.
fn label(declared: &str) -> String {
    let lower = declared
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''))
        .to_ascii_lowercase();
    let plain = lower.strip_prefix("x-").unwrap_or(&lower);
    let packed: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    let page = ["windows", "win", "cp", "ansi"]
        .iter()
        .find_map(|start| packed.strip_prefix(start))
        .filter(|page| page.starts_with("125"));
    match page {
        Some(page) => format!("windows-{page}"),
        None if packed.starts_with("utf8") => "utf-8".to_owned(),
        None if Encoding::for_label(lower.as_bytes()).is_some() => lower,
        None if Encoding::for_label(plain.as_bytes()).is_some() => plain.to_owned(),
        None if Encoding::for_label(packed.as_bytes()).is_some() => packed,
        None => lower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_is_read_as_such_whatever_is_declared() {
        for declared in [
            None,
            Some("us-ascii"),
            Some("iso-8859-1"),
            Some("ISO-8859-15"),
            Some("windows-1251"),
            Some("unknown-8bit"),
            Some("utf-8"),
            Some("unicode"),
        ] {
            assert_eq!(
                text("čtvrtek".as_bytes(), declared),
                "čtvrtek",
                "{declared:?}"
            );
        }
    }

    #[test]
    fn utf_8_of_some_length_is_no_other_charset_by_chance() {
        assert_eq!(
            text("こんにちは世界".as_bytes(), Some("gb2312")),
            "こんにちは世界"
        );
        assert_eq!(text(b"\xc1\xaa\xcd\xa8", Some("gbk")), "联通");
    }

    #[test]
    fn a_declared_charset_is_believed_where_the_bytes_are_not_utf_8() {
        assert_eq!(text(b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("CP-1251")), "Привет");
        assert_eq!(text(b"\xf0\xd2\xc9\xd7\xc5\xd4", Some("koi8-r")), "Привет");
        assert_eq!(text(b"\xd3\x86\x86\xce", Some("gb2312")), "訂單");
        assert_eq!(text(b"caf\xe9 \x80", Some("iso-8859-1")), "café €");
        assert_eq!(text(b"\x1b$B%O\x1b(B", Some("ISO-2022-JP")), "ハ");
        assert_eq!(text(b"h\0i\0", Some("utf-16")), "hi");
        assert_eq!(text(b"\xff\xfeh\0i\0", Some("unicode")), "hi");
        assert_eq!(text(b"\xfe\xff\x4f\x60", Some("utf-16")), "你");
        assert_eq!(text(b"+ZYeB9FH6ckh5Pg-", Some("utf-7")), "文致出版社");
    }

    #[test]
    fn what_declares_nothing_that_is_known_is_guessed() {
        for declared in [None, Some("x-nobody-knows"), Some("utf-8")] {
            let read = text(b"Die Stra\xdfe ist gesperrt, wegen Gl\xe4tte.", declared);
            assert_eq!(read, "Die Straße ist gesperrt, wegen Glätte.");
        }
    }
}
