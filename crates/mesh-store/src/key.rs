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

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
}
