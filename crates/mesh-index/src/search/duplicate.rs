//! Passages that say the same: boilerplate, copies, the same page in two versions.

/// Words in a row that two texts must share to have something in common.
const SHINGLE: usize = 5;

/// Above this share of common shingles a reader learns nothing from the second text.
const SAME: f32 = 0.85;

/// What a text consists of: the hashes of its runs of words, sorted, each once.
#[derive(Debug)]
pub(super) struct Shingles(Vec<u64>);

impl Shingles {
    pub(super) fn of(text: &str) -> Self {
        let words: Vec<u64> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| {
                hash(
                    word.bytes()
                        .map(|byte| u64::from(byte.to_ascii_lowercase())),
                )
            })
            .collect();
        let runs = words.windows(SHINGLE.min(words.len()).max(1));
        let mut shingles: Vec<u64> = runs.map(|run| hash(run.iter().copied())).collect();
        shingles.sort_unstable();
        shingles.dedup();
        Self(shingles)
    }

    /// Whether most of the larger is in the smaller.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let larger = self.0.len().max(other.0.len()) as f32;
        let is_shared = |shingle: &&u64| other.0.binary_search(shingle).is_ok();
        self.0.iter().filter(is_shared).count() as f32 >= SAME * larger
    }
}

/// FNV-1a: quick, and nobody gains by a collision here.
fn hash(values: impl Iterator<Item = u64>) -> u64 {
    values.fold(0xcbf2_9ce4_8422_2325, |hash, value| {
        (hash ^ value).wrapping_mul(0x0000_0100_0000_01b3)
    })
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
