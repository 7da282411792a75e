/// JSON in which every escape is a whole character, and every character that has to be escaped is a space.
pub(super) fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        mended.push_str(&rest[..at]);
        let escape = &rest[at..];
        let length = match surrogate(escape) {
            None => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
            Some(Half::Leading) if surrogate(&escape[6..]) == Some(Half::Trailing) => 12,
            Some(_) => {
                mended.push_str("\\ufffd");
                rest = &escape[6..];
                continue;
            }
        };
        mended.push_str(&escape[..length]);
        rest = &escape[length..];
    }
    mended.push_str(rest);
    mended.replace(|c: char| c < ' ', " ")
}

#[derive(Debug, PartialEq)]
enum Half {
    Leading,
    Trailing,
}

/// Half of a character beyond the first 65,536: `\ud83d`.
fn surrogate(escape: &str) -> Option<Half> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(Half::Leading),
        0xdc00..=0xdfff => Some(Half::Trailing),
        _ => None,
    }
}
