//! From bytes to text: UTF-8, UTF-16, what an HTML page declares, else the legacy encoding the text is most likely in.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::skip::SkipReason;

/// How far binary content is looked for: no text format has it, nearly every binary one has it early.
const BINARY_PROBE_BYTES: usize = 8 * 1024;

/// HTML, parsing: the declaration must lie within the first 1024 bytes.
const CHARSET_PROBE_BYTES: usize = 1024;

/// Text has hardly a control character; one byte in this many is more than a stray one.
const BYTES_PER_CONTROL: usize = 20;

/// The text of a file without a declaration of its own.
pub(crate) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, SkipReason> {
    match marked(bytes) {
        Some(decoded) => Ok(decoded),
        None => unmarked(bytes, None),
    }
}

/// The text of an HTML page: a byte order mark wins over the page's own declaration.
pub(crate) fn html(bytes: &[u8]) -> Result<Cow<'_, str>, SkipReason> {
    match marked(bytes) {
        Some(decoded) => Ok(decoded),
        None => unmarked(bytes, declared(bytes)),
    }
}

fn marked(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (encoding, mark) = Encoding::for_bom(bytes)?;
    Some(lossy(&bytes[mark..], encoding))
}

fn unmarked<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
) -> Result<Cow<'a, str>, SkipReason> {
    if let Some(encoding) = utf16(bytes) {
        return Ok(lossy(bytes, encoding));
    }
    if is_binary(bytes) {
        return Err(SkipReason::Binary);
    }
    match declared {
        // Bytes beyond ASCII that are valid UTF-8 are UTF-8, whatever the page says.
        Some(encoding) if encoding != UTF_8 && !is_utf8_beyond_ascii(bytes) => {
            Ok(lossy(bytes, encoding))
        }
        _ => Ok(guessed(bytes)),
    }
}

fn is_utf8_beyond_ascii(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok()
}

/// UTF-16 without a mark: half of the bytes of mostly Latin text are NUL, all on the same side.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let probe = &bytes[..bytes.len().min(BINARY_PROBE_BYTES)];
    let (pairs, rest) = probe.as_chunks::<2>();
    let nuls = |side: usize| pairs.iter().filter(|pair| pair[side] == 0).count();
    match (nuls(0), nuls(1)) {
        _ if pairs.len() < 2 || !rest.is_empty() => None,
        (0, low) if low * 2 >= pairs.len() && is_calm(pairs.iter().map(|pair| pair[0])) => {
            Some(UTF_16LE)
        }
        (high, 0) if high * 2 >= pairs.len() && is_calm(pairs.iter().map(|pair| pair[1])) => {
            Some(UTF_16BE)
        }
        _ => None,
    }
}

fn is_binary(bytes: &[u8]) -> bool {
    let probe = &bytes[..bytes.len().min(BINARY_PROBE_BYTES)];
    probe.contains(&0) || !is_calm(probe.iter().copied())
}

/// At most a stray control character. ESC is none: ISO-2022-JP switches with it, and logs keep terminals' colours.
fn is_calm(bytes: impl ExactSizeIterator<Item = u8>) -> bool {
    let allowed = 1 + bytes.len() / BYTES_PER_CONTROL;
    let control = |byte: &u8| matches!(byte, 0x01..=0x07 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    bytes.filter(control).count() <= allowed
}

fn lossy<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Cow<'a, str> {
    encoding.decode_without_bom_handling(bytes).0
}

/// What cannot be declared, or was declared wrongly: UTF-8 if it is that, else what it most likely is.
pub(crate) fn guessed(bytes: &[u8]) -> Cow<'_, str> {
    utf8(bytes).unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        lossy(bytes, detector.guess(None, Utf8Detection::Deny))
    })
}

/// The text of what is UTF-8, but for a stray byte.
pub(crate) fn utf8(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) => is_mostly_utf8(bytes).then(|| Cow::Owned(utf8_with_strays(bytes))),
    }
}

/// More characters beyond ASCII are whole than broken.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > broken
}

/// A stray byte comes from an editor that wrote Windows-1252, and is read as that.
fn utf8_with_strays(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&lossy(chunk.invalid(), WINDOWS_1252));
    }
    text
}

/// What `<meta charset>`, its `http-equiv` form or an XML declaration says. One that can be read byte by byte is not in UTF-16,
/// though programs that wrote it from a string of theirs say so: HTML, prescan, takes that for UTF-8.
pub(crate) fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(CHARSET_PROBE_BYTES)].to_ascii_lowercase();
    ["charset=", "encoding="]
        .iter()
        .find_map(|marker| label_after(&head, marker.as_bytes()))
        .and_then(Encoding::for_label)
        .map(Encoding::output_encoding)
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
    fn nul_bytes_and_control_characters_are_binary() {
        assert_eq!(text(b"a\0b"), Err(SkipReason::Binary));
        assert_eq!(text(b"\x01\x02\x03abc"), Err(SkipReason::Binary));
        let numbers: Vec<u8> = (1..20_u16).flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&numbers), Err(SkipReason::Binary));
        assert_eq!(
            text(b"\x1b[1mbold\x1b[0m\x07").as_deref(),
            Ok("\u{1b}[1mbold\u{1b}[0m\u{7}")
        );
    }

    #[test]
    fn utf_16_without_a_mark_is_recognised() {
        let little: Vec<u8> = "Größe: 5\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "Größe: 5\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(text(&little).as_deref(), Ok("Größe: 5\n"));
        assert_eq!(text(&big).as_deref(), Ok("Größe: 5\n"));
    }

    #[test]
    fn a_stray_byte_costs_nothing_of_a_utf_8_file() {
        let bytes = [
            "Žluťoučký kůň — caf".as_bytes(),
            b"\xE9",
            " úpěl".as_bytes(),
        ]
        .concat();
        assert_eq!(text(&bytes).as_deref(), Ok("Žluťoučký kůň — café úpěl"));
    }

    #[test]
    fn legacy_encodings_are_guessed() {
        assert_eq!(
            text(b"The caf\xE9 \x96 na\xEFve").as_deref(),
            Ok("The café – naïve")
        );
        let russian = "Инструкция по эксплуатации насоса";
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(russian);
        assert_eq!(text(&bytes).as_deref(), Ok(russian));
        let japanese = "ポンプの取扱説明書です。安全に使用してください。";
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(japanese);
        assert_eq!(text(&bytes).as_deref(), Ok(japanese));
    }

    #[test]
    fn a_page_that_says_latin_1_but_is_utf_8_is_read_as_utf_8() {
        let page = "<meta charset=iso-8859-1><p>Größe";
        assert_eq!(html(page.as_bytes()).as_deref(), Ok(page));
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

    #[test]
    fn a_page_whose_declaration_can_be_read_is_not_in_utf_16() {
        for page in [
            "<?xml version='1.0' encoding='utf-16'?><p>Grease it",
            "<meta content='text/html; charset=unicode'><p>Größe",
            "<meta charset=utf-16be><p>It",
        ] {
            assert_eq!(html(page.as_bytes()).as_deref(), Ok(page));
        }
        let legacy = html(b"<meta charset=utf-16><p>The caf\xE9 na\xEFve");
        assert_eq!(
            legacy.as_deref(),
            Ok("<meta charset=utf-16><p>The café naïve")
        );
        let wide: Vec<u8> = "<meta charset=utf-16><p>It\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(html(&wide).as_deref(), Ok("<meta charset=utf-16><p>It\n"));
    }
}
