//! Names in a text that stand for others: `{product}` of AsciiDoc, `|product|` of reStructuredText.

use std::collections::HashMap;

/// A longer text is no name of a product or version, and stays where it is told.
const MAX_VALUE_BYTES: usize = 1024;
const MAX_NAME_BYTES: usize = 128;

/// As much may a document grow by them.
const MAX_GROWTH: usize = 1024 * 1024;

#[derive(Debug)]
pub(super) struct Substitutions {
    marks: (char, char),
    values: HashMap<String, String>,
    /// As many bytes may still be put in.
    left: usize,
}

impl Substitutions {
    /// `marks` stand around a name.
    pub(super) fn between(open: char, close: char) -> Self {
        Self {
            marks: (open, close),
            values: HashMap::new(),
            left: MAX_GROWTH,
        }
    }

    /// What the value itself has of names is replaced by what they stand for now.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let value = self.apply(value.trim());
        if value.len() <= MAX_VALUE_BYTES {
            self.values.insert(key(name), value);
        }
    }

    pub(super) fn unset(&mut self, name: &str) {
        self.values.remove(&key(name));
    }

    pub(super) fn apply(&mut self, text: &str) -> String {
        let (open, close) = self.marks;
        let mut applied = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once(open).filter(|_| self.has_any()) {
            applied.push_str(before);
            match self.value(behind, close) {
                Some((value, after)) => {
                    applied.push_str(value);
                    self.left = self.left.saturating_sub(value.len());
                    rest = after;
                }
                None => {
                    applied.push(open);
                    rest = behind;
                }
            }
        }
        applied.push_str(rest);
        applied
    }

    fn has_any(&self) -> bool {
        self.left > 0 && !self.values.is_empty()
    }

    /// That of the name that the text begins with, and what follows the name.
    fn value<'t>(&self, text: &'t str, close: char) -> Option<(&str, &'t str)> {
        let near = &text[..text.floor_char_boundary(MAX_NAME_BYTES)];
        let end = near.find(close)?;
        let value = self.values.get(&key(&text[..end]))?;
        Some((value, &text[end + close.len_utf8()..]))
    }
}

fn key(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_give_way_to_what_they_stand_for() {
        let mut names = Substitutions::between('{', '}');
        names.set("Version", "3.1");
        names.set("product", "Kiln {version}");
        names.set("gone", "x");
        names.unset("gone");
        assert_eq!(
            names.apply("{product}: {gone} {{version}} {version"),
            "Kiln 3.1: {gone} {3.1} {version"
        );
    }

    #[test]
    fn a_text_grows_within_a_bound() {
        let mut names = Substitutions::between('|', '|');
        names.set("a", "xxxxxxxx");
        for _ in 0..40 {
            names.set("a", "|a||a|");
        }
        assert_eq!(names.apply("|a|").len(), MAX_VALUE_BYTES);
        assert!(names.apply(&"|a|".repeat(100_000)).len() < MAX_GROWTH + 400_000);
    }
}
