use sha2::{Digest as _, Sha256};

use crate::store::parts::Parts;

/// A model reads the first 128 pieces of words: hardly ever more than this many bytes.
const MAX_LENGTH: usize = 1_200;

/// What a passage's vector is made of: what it is called, what stands above it, and its beginning.
pub(super) fn text(parts: &Parts<'_>) -> String {
    let mut text = String::new();
    let pieces = [parts.title]
        .into_iter()
        .chain(parts.headings.iter().copied());
    for piece in pieces.chain(parts.body.iter().copied()) {
        if !piece.trim().is_empty() {
            text.push_str(piece.trim());
            text.push('\n');
        }
        if text.len() >= MAX_LENGTH {
            break;
        }
    }
    text.truncate(text.floor_char_boundary(MAX_LENGTH));
    text
}

/// What a passage's vector is found by.
pub(crate) fn key(parts: &Parts<'_>) -> u64 {
    let [key, ..] = *Sha256::digest(text(parts)).as_chunks::<8>().0 else {
        unreachable!("a digest has 32 bytes");
    };
    u64::from_le_bytes(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<'a>(title: &'a str, headings: Vec<&'a str>, body: &'a str) -> Parts<'a> {
        Parts {
            title,
            headings,
            body: vec![body],
        }
    }

    #[test]
    fn a_text_is_title_headings_and_the_beginning() {
        let text = text(&parts(
            "Server",
            vec!["Stopping", ""],
            " On SIGTERM it ends. ",
        ));
        assert_eq!(text, "Server\nStopping\nOn SIGTERM it ends.\n");
    }

    #[test]
    fn what_a_model_does_not_read_does_not_count() {
        let long = "ö".repeat(1_000);
        let longer = long.clone() + "and more";
        assert_eq!(
            key(&parts("t", vec![], &long)),
            key(&parts("t", vec![], &longer))
        );
        assert_ne!(
            key(&parts("t", vec![], &long)),
            key(&parts("u", vec![], &long))
        );
    }
}
