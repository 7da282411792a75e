//! Passages that say the same: boilerplate, copies, the same page in two versions.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Words in a row that two texts must share to have something in common.
const SHINGLE: usize = 5;

/// Above this share of common shingles a reader learns nothing from the second text.
const SAME: f32 = 0.85;

/// What a text consists of.
#[derive(Debug)]
pub(super) struct Shingles(HashSet<u64>);

impl Shingles {
    pub(super) fn of(text: &str) -> Self {
        let words: Vec<u64> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| hash(&word.to_lowercase()))
            .collect();
        if words.len() < SHINGLE {
            return Self(HashSet::from([hash(&words)]));
        }
        Self(words.windows(SHINGLE).map(|window| hash(&window)).collect())
    }

    /// Whether most of the larger is in the smaller.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let (small, large) = if self.0.len() < other.0.len() {
            (self, other)
        } else {
            (other, self)
        };
        if (small.0.len() as f32) < SAME * large.0.len() as f32 {
            return false;
        }
        let common = small.0.intersection(&large.0).count();
        common as f32 >= SAME * large.0.len() as f32
    }
}

fn hash<T: Hash>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str) -> bool {
        Shingles::of(a).is_same_as(&Shingles::of(b))
    }

    #[test]
    fn punctuation_and_case_make_no_difference() {
        assert!(check(
            "The quick brown fox jumps over.",
            "the quick, brown fox jumps over"
        ));
    }

    #[test]
    fn other_texts_differ() {
        assert!(!check(
            "one two three four five six",
            "seven eight nine ten eleven twelve"
        ));
        assert!(!check("one", "two"));
    }
}
