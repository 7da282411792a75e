use std::fmt;

/// DynamoDB's limit for a sort key is twice that.
pub const MAX_KEY_BYTES: usize = 512;

/// The name of an item: `family/…`, printable ASCII, two parts or more with a slash between.
///
/// The family is the first part. In DynamoDB it is the partition key, so one family takes some 1,000 writes a second, and what
/// is listed lies within one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Box<str>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key is `family/name`: two parts or more with a slash between, of printable ASCII without blanks, {MAX_KEY_BYTES} bytes at most"
)]
pub struct InvalidKey;

impl Key {
    /// # Errors
    /// Where it is none.
    pub fn new(text: &str) -> Result<Self, InvalidKey> {
        let parts_are_there = text.contains('/') && text.split('/').all(|part| !part.is_empty());
        if parts_are_there && is_printable(text) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidKey)
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The family, and what follows its slash.
    #[cfg(feature = "dynamodb")]
    pub(crate) fn split(&self) -> (&str, &str) {
        split(&self.0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the keys of a list begin with: a family and its slash at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(Box<str>);

impl Prefix {
    /// # Errors
    /// Where no key can begin so.
    pub fn new(text: &str) -> Result<Self, InvalidKey> {
        let parts_are_there = !text.starts_with('/') && !text.contains("//");
        if text.contains('/') && parts_are_there && is_printable(text) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidKey)
        }
    }

    /// The keys that begin so and come after `after`: from the first to the second of these, which themselves are in the same
    /// family. Nothing where there are none.
    pub(crate) fn range(&self, after: Option<&Key>) -> Option<Range> {
        // No key ends with a slash, and none has a character before `!` or behind `~`.
        let first = match self.0.ends_with('/') {
            true => format!("{}!", self.0),
            false => self.0.to_string(),
        };
        let next = after.map(|after| format!("{}!", after.as_str()));
        let range = Range {
            from: next.filter(|next| *next > first).unwrap_or(first),
            to: format!("{}\u{7f}", self.0),
        };
        (range.from < range.to).then_some(range)
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Range {
    /// The family, and between which names in it.
    #[cfg(feature = "dynamodb")]
    pub(crate) fn split(&self) -> (&str, &str, &str) {
        let (family, from) = split(&self.from);
        (family, from, split(&self.to).1)
    }
}

#[cfg(feature = "dynamodb")]
fn split(text: &str) -> (&str, &str) {
    text.split_once('/')
        .expect("its constructor has seen a slash")
}

fn is_printable(text: &str) -> bool {
    text.len() <= MAX_KEY_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::new(text).expect("a key")
    }

    #[test]
    fn a_key_has_a_family_and_a_name() {
        for text in ["a/b", "audit/prod/i-1", "once/~!", "a/jwt:x@y"] {
            assert_eq!(key(text).as_str(), text);
        }
        let long = format!("a/{}", "b".repeat(MAX_KEY_BYTES - 2));
        assert_eq!(key(&long).as_str(), long);
        let longer = format!("{long}b");
        for text in [
            "", "a", "/a", "a/", "a//b", "a/b c", "a/\u{e9}", "a/\n", &longer,
        ] {
            assert_eq!(Key::new(text), Err(InvalidKey), "{text:?}");
        }
    }

    #[test]
    fn a_prefix_names_a_family() {
        for text in ["a/", "a/b", "a/b/"] {
            assert!(Prefix::new(text).is_ok(), "{text:?}");
        }
        for text in ["", "a", "/", "a//", "a/ "] {
            assert_eq!(Prefix::new(text), Err(InvalidKey), "{text:?}");
        }
    }

    #[test]
    fn a_range_holds_what_begins_so_and_follows() {
        let range = |prefix: &str, after: Option<&str>| {
            let prefix = Prefix::new(prefix).expect("a prefix");
            prefix.range(after.map(key).as_ref())
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
