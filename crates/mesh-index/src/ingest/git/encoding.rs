//! The text of a commit, in the encoding that its header names.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The encoding of one commit's message and names.
#[derive(Clone, Copy, Debug)]
pub(super) struct CommitEncoding {
    encoding: &'static Encoding,
}

/// A commit names an encoding that is not known here.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("encoding `{0}` not known")]
pub(super) struct UnknownEncoding(String);

impl CommitEncoding {
    pub(super) const UTF_8: Self = Self { encoding: UTF_8 };

    /// Git takes a commit that names none for UTF-8.
    pub(super) fn of(label: Option<&[u8]>) -> Result<Self, UnknownEncoding> {
        let Some(label) = label else {
            return Ok(Self::UTF_8);
        };
        let unknown = || UnknownEncoding(String::from_utf8_lossy(label).into_owned());
        let encoding = named(label).ok_or_else(unknown)?;
        Ok(Self { encoding })
    }

    /// What is no UTF-8 was written by a program that knew nothing of encodings, most likely in Windows-1252.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let strictly = |encoding: &'static Encoding| {
            encoding.decode_without_bom_handling_and_without_replacement(bytes)
        };
        let text = strictly(self.encoding)
            .or_else(|| strictly(UTF_8))
            .unwrap_or_else(|| WINDOWS_1252.decode_without_bom_handling(bytes).0);
        text.trim().to_owned()
    }
}

/// Git hands the name to iconv, which knows more spellings than the Encoding Standard. No commit can be in UTF-16: Git takes
/// none with NUL bytes.
fn named(label: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_label(label)
        .or_else(|| Encoding::for_label(spelled(label)?.as_bytes()))
        .map(Encoding::output_encoding)
}

fn spelled(label: &[u8]) -> Option<String> {
    let letters = label.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let plain: String = letters
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    if let Some(number) = plain.strip_prefix("latin") {
        return Some(format!("latin{number}"));
    }
    if let Some(page) = plain.strip_prefix("windows").or(plain.strip_prefix("win")) {
        return Some(format!("windows-{page}"));
    }
    let standard = match plain.as_str() {
        "cp65001" => "utf-8",
        "cp932" | "mskanji" => "shift_jis",
        "eucjp" => "euc-jp",
        "cp936" | "euccn" => "gbk",
        "cp949" | "euckr" | "uhc" => "euc-kr",
        "cp950" | "big5hkscs" => "big5",
        "koi8r" => "koi8-r",
        "koi8u" => "koi8-u",
        _ => return None,
    };
    Some(standard.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(label: Option<&str>, bytes: &[u8], expected: &str) {
        let encoding = CommitEncoding::of(label.map(str::as_bytes)).expect("a known encoding");
        assert_eq!(encoding.decode(bytes), expected, "{label:?}");
    }

    #[test]
    fn a_commit_is_read_in_the_encoding_that_it_names() {
        check(Some("ISO-8859-2"), b"\xa3\xf3d\xbc", "Łódź");
        check(Some("latin-1"), b"caf\xe9", "café");
        check(Some("CP1251"), b"\xcf\xf0\xe8\xe2\xe5\xf2", "Привет");
        check(Some("eucJP"), b"\xc6\xfc\xcb\xdc", "日本");
        check(Some("CP932"), b"\x93\xfa\x96\x7b", "日本");
        check(Some("KOI8R"), b"\xf0\xd2\xc9\xd7\xc5\xd4", "Привет");
        check(Some("win1250"), b"\xc8esk\xfd", "Český");
    }

    #[test]
    fn bytes_that_are_not_what_the_commit_says_are_read_as_they_were_most_likely_meant() {
        check(None, "Grüße".as_bytes(), "Grüße");
        check(None, b"Gr\xfc\xdfe", "Grüße");
        check(Some("EUC-JP"), "Grüße".as_bytes(), "Grüße");
        check(Some("UTF-16"), b"Oil", "Oil");
        check(Some("UTF-16"), b"Lock", "Lock");
    }

    #[test]
    fn an_encoding_nobody_knows_is_said() {
        let unknown = CommitEncoding::of(Some(b"X-MARTIAN")).map(|_| ());
        let said = unknown.map_err(|unknown| unknown.to_string());
        assert_eq!(said, Err("encoding `X-MARTIAN` not known".to_owned()));
    }
}
