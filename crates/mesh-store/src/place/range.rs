use crate::{Key, Prefix};

/// The keys from `from` on that come before `to`; both are text of one family.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Range {
    /// The keys that begin with the prefix and come after `after`; nothing where there can be none.
    pub(crate) fn new(prefix: &Prefix, after: Option<&Key>) -> Option<Self> {
        let prefix = prefix.as_str();
        // No key ends with a slash, and none has a character before `!` or behind `~`.
        let first = match prefix.ends_with('/') {
            true => format!("{prefix}!"),
            false => prefix.to_owned(),
        };
        let next = after.map(|after| format!("{after}!"));
        let range = Self {
            from: next.filter(|next| *next > first).unwrap_or(first),
            to: format!("{prefix}\u{7f}"),
        };
        (range.from < range.to).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::new(text).expect("a key")
    }

    #[test]
    fn a_range_holds_what_begins_so_and_follows() {
        let range = |prefix: &str, after: Option<&str>| {
            let prefix = Prefix::new(prefix).expect("a prefix");
            Range::new(&prefix, after.map(key).as_ref())
        };
        let held = |range: &Option<Range>, text: &str| {
            range
                .as_ref()
                .is_some_and(|range| range.from.as_str() <= text && text < range.to.as_str())
        };
        let all = range("a/b/", None);
        for (text, expected) in [
            ("a/b/!", true),
            ("a/b/~~", true),
            ("a/b/c/d", true),
            ("a/b", false),
            ("a/c", false),
            ("a/bb", false),
        ] {
            assert_eq!(held(&all, text), expected, "{text}");
        }
        let later = range("a/b/", Some("a/b/c"));
        for (text, expected) in [("a/b/c", false), ("a/b/c!", true), ("a/b/d", true)] {
            assert_eq!(held(&later, text), expected, "{text}");
        }
        let begun = range("a/b", None);
        for (text, expected) in [
            ("a/b", true),
            ("a/bb", true),
            ("a/b/c", true),
            ("a/a", false),
        ] {
            assert_eq!(held(&begun, text), expected, "{text}");
        }
        assert_eq!(range("a/b/", Some("a/a")), all);
        assert_eq!(range("a/b/", Some("a/c")), None);
    }
}
