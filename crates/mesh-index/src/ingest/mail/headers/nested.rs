use super::NESTED_SUBTYPE;

/// What a parser takes as a message, or as a list of them, and what it is called here instead.
const TYPES: [(&[u8], &[u8], &str); 3] = [
    (b"message", b"rfc822", NESTED_SUBTYPE),
    (b"message", b"global", NESTED_SUBTYPE),
    (b"multipart", b"digest", "mixed"),
];

/// A comment may stand on either side of the slash; none is longer.
const MAX_COMMENT_BYTES: usize = 100;

/// So many are left where they are not in a header as we know it: text may speak of them.
const MAX_LEFT: usize = 20;

/// Without types that a parser follows.
pub(super) fn disarmed(block: &[u8]) -> Vec<u8> {
    let mut disarmed = Vec::with_capacity(block.len());
    let mut at = 0;
    while at < block.len() {
        match found(block, at) {
            Some((subtype, instead)) => {
                disarmed.extend_from_slice(instead.as_bytes());
                at += subtype.len();
            }
            None => {
                disarmed.push(block[at]);
                at += 1;
            }
        }
    }
    disarmed
}

/// A message that is made to have more of them than text speaks of has none of them anywhere.
pub(super) fn disarmed_beyond(message: Vec<u8>) -> Vec<u8> {
    let all = (0..message.len()).filter(|at| found(&message, *at).is_some());
    if all.take(MAX_LEFT + 1).count() > MAX_LEFT {
        return disarmed(&message);
    }
    message
}

fn found(text: &[u8], at: usize) -> Option<(&'static [u8], &'static str)> {
    let is_at = |subtype: &[u8]| {
        let there = text[at..].get(..subtype.len());
        there.is_some_and(|there| there.eq_ignore_ascii_case(subtype))
    };
    TYPES
        .iter()
        .find(|(kind, subtype, _)| is_at(subtype) && follows(&text[..at], kind))
        .map(|(_, subtype, instead)| (*subtype, *instead))
}

/// Whether the text ends with the type and a slash, white space and comments apart.
fn follows(text: &[u8], kind: &[u8]) -> bool {
    let Some(before) = without_comments(text).strip_suffix(b"/") else {
        return false;
    };
    let before = without_comments(before);
    let start = before.len().saturating_sub(kind.len());
    before[start..].eq_ignore_ascii_case(kind)
}

fn without_comments(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii_end();
    while let Some(comment) = text.strip_suffix(b")") {
        let from = comment.len().saturating_sub(MAX_COMMENT_BYTES);
        let Some(open) = comment[from..].iter().rposition(|byte| *byte == b'(') else {
            break;
        };
        text = text[..from + open].trim_ascii_end();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_in_every_way_it_can_be_written() {
        for written in [
            "message/rfc822",
            "Message/RFC822",
            "message/(a)(b) \r\n rfc822",
            "message /global",
        ] {
            let disarmed = String::from_utf8(disarmed(written.as_bytes())).expect("ASCII");
            assert!(disarmed.ends_with(NESTED_SUBTYPE), "{written}");
        }
        assert_eq!(disarmed(b"multipart/digest; x"), b"multipart/mixed; x");
        assert_eq!(
            disarmed(b"a global message, rfc822"),
            b"a global message, rfc822"
        );
    }
}
