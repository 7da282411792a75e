use std::fmt;

use crate::entry::Place;

/// What is to be said of a file: names of its members, never their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub place: Place,
    /// The path of the member, with dots; empty where it is of the whole file.
    pub key: String,
    /// What is wrong, and what to do.
    pub told: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.told)
    }
}

impl Note {
    /// Whether it is about what stands there of this server.
    #[must_use]
    pub fn is_about(&self, server: &str) -> bool {
        let member = format!(".{}", Key::default().member(server).0);
        self.key.match_indices(&member).any(|(at, _)| {
            let after = &self.key[at + member.len()..];
            after.is_empty() || after.starts_with(['.', '['])
        })
    }
}

/// The path of a member. Names with other characters than those of a word are quoted.
#[derive(Clone, Debug, Default)]
pub(super) struct Key(String);

impl Key {
    pub(super) fn member(&self, name: &str) -> Self {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let plain = !name.is_empty() && name.chars().all(is_word);
        let name = if plain {
            name.to_owned()
        } else {
            format!("{name:?}")
        };
        match self.0.is_empty() {
            true => Self(name),
            false => Self(format!("{}.{name}", self.0)),
        }
    }

    pub(super) fn item(&self, nth: usize) -> Self {
        Self(format!("{}[{nth}]", self.0))
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}
