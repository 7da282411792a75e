//! Addresses that a passage made the model write would carry off what it has read.

/// What stands for an address that is in no passage.
const REMOVED: &str = "(address removed: it is in no passage)";

/// The text, with those of its addresses alone that a passage has.
pub(super) fn only_of(text: &str, passages: &[String]) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while !rest.is_empty() {
        let end = rest.find(is_border).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let bare = word.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        let is_foreign = is_address(bare, kept.ends_with("](")) && !is_in(passages, bare);
        if is_foreign {
            kept.push_str(REMOVED);
            kept.push_str(&word[bare.len()..]);
        } else {
            kept.push_str(word);
        }
        let border = after.chars().next().map_or(0, char::len_utf8);
        kept.push_str(&after[..border]);
        rest = &after[border..];
    }
    kept
}

/// What ends an address, in text and in Markdown.
fn is_border(c: char) -> bool {
    c.is_whitespace() || "<>\"'`()[]{}".contains(c)
}

/// As browsers and what shows Markdown understand one, spelt badly too.
fn is_address(word: &str, is_destination: bool) -> bool {
    let word = word.to_ascii_lowercase();
    let is_of = |scheme: &str| word.starts_with(scheme);
    let has_slashes = word.len() > 2 && word.contains("//");
    let is_data = word
        .split_once("data:")
        .is_some_and(|(before, media)| before.is_empty() && media.contains(['/', ',', ';']));
    has_slashes
        || is_data
        || ["http:", "https:", "javascript:", "www.", "mailto:"]
            .into_iter()
            .any(is_of)
        || is_destination && word.contains(['.', ':', '/', '\\'])
}

/// Whole: what a passage has may not be made longer.
fn is_in(passages: &[String], address: &str) -> bool {
    let has = |passage: &String| {
        passage.match_indices(address).any(|(at, _)| {
            let next = passage[at + address.len()..].chars().next();
            next.is_none_or(|next| !next.is_alphanumeric() && !"/?&=%#-_".contains(next))
        })
    };
    passages.iter().any(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        only_of(text, &["See https://wiki.example.com/returns.".to_owned()])
    }

    #[test]
    fn an_address_that_a_passage_has_stays_and_so_does_all_other_text() {
        for text in [
            "It is at https://wiki.example.com/returns. [1]",
            "Metadata: title and data: none // of them is an address; and/or [1](2).",
            "[the page](https://wiki.example.com/returns)",
        ] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn an_address_that_no_passage_has_is_removed_however_it_is_written() {
        for address in [
            "https://evil.example.com/?q=secret",
            "HTTPS://wiki.example.com/returns?q=secret",
            "//evil.example.com/a",
            "https:/evil.example.com",
            "https:\\\\evil.example.com",
            "ftp://evil.example.com",
            "www.evil.example.com/?q=secret",
            "javascript:alert",
            "data:text/html,secret",
        ] {
            assert_eq!(clean(&format!("a {address}, b")), format!("a {REMOVED}, b"));
            assert_eq!(
                clean(&format!("![x]({address})")),
                format!("![x]({REMOVED})")
            );
            assert_eq!(clean(&format!("[1]: {address}")), format!("[1]: {REMOVED}"));
        }
        assert_eq!(clean("[x](evil.example.com/a)"), format!("[x]({REMOVED})"));
        assert_eq!(
            clean("<img src=//evil.example.com>"),
            format!("<img {REMOVED}>")
        );
    }
}
