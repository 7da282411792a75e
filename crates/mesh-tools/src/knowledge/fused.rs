//! Passages of several sources in one order.

use std::collections::HashSet;

use crate::field::Score;
use crate::knowledge::Citation;
use crate::retrieval::{Ranked, fuse_copies};

/// One order of the passages that several sources found, the most trusted of them first, each the best first.
///
/// What more than one has is there once, as the first has it. Measurements call it, too, so that they are of what the tool does.
#[must_use]
pub fn fused(sources: Vec<Vec<Ranked<Citation>>>) -> Vec<Ranked<Citation>> {
    let candidates = |source: Vec<_>| source.into_iter().map(Candidate::of).collect();
    let sources = sources.into_iter().map(candidates).collect();
    let fused = fuse_copies(sources, Candidate::is_same, Candidate::is_copy).into_iter();
    fused.map(Candidate::cited).collect()
}

/// A passage, and what tells it from others.
struct Candidate {
    citation: Citation,
    /// The document's path, in lower case.
    path: String,
    words: HashSet<String>,
}

/// Sources cut a document at different places: so much of the shorter passage has to be in the other.
const SAME: f32 = 0.8;

impl Candidate {
    fn of(found: Ranked<Citation>) -> Ranked<Self> {
        let citation = found.item;
        let words = citation.quote.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        Ranked {
            score: found.score,
            item: Self {
                path: path_of(&citation.path),
                words: words.map(str::to_lowercase).collect(),
                citation,
            },
        }
    }

    fn cited(found: Ranked<Self>) -> Ranked<Citation> {
        let score = found.score;
        let mut item = found.item.citation;
        item.score = Score::new(score);
        Ranked { item, score }
    }

    /// Whether an index has it, too: `mesh sync` notes the address there beside what it pushes.
    fn is_copy(&self) -> bool {
        !self.citation.uri.is_empty()
    }

    /// Whether both are the same passage, as far as can be told.
    fn is_same(&self, other: &Self) -> bool {
        if !is_end_of(&self.path, &other.path) && !is_end_of(&other.path, &self.path) {
            return false;
        }
        let shared = self.words.intersection(&other.words).count() as f32;
        let shorter = self.words.len().min(other.words.len()) as f32;
        shorter > 0.0 && shared >= SAME * shorter
    }
}

/// The path of the document, without where in it the passage stands.
fn path_of(path: &str) -> String {
    let path = path.split('#').next().unwrap_or_default();
    let path = match path.rsplit_once(':') {
        Some((path, line)) if line.bytes().all(|b| b.is_ascii_digit()) => path,
        _ => path,
    };
    path.to_lowercase()
}

/// Vendors keep less of a path, or none of it but the name.
fn is_end_of(path: &str, end: &str) -> bool {
    path.strip_suffix(end)
        .is_some_and(|front| front.is_empty() || front.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(path: &str, quote: &str) -> Candidate {
        let citation = Citation {
            path: path.to_owned(),
            title: String::new(),
            score: Score::new(0.5),
            quote: quote.to_owned(),
            uri: String::new(),
            url: None,
            headings: Vec::new(),
            line: None,
            page: None,
        };
        let found = Ranked {
            item: citation,
            score: 0.5,
        };
        Candidate::of(found).item
    }

    #[test]
    fn a_passage_is_known_again_in_another_cut() {
        let whole = candidate(
            "docs/Returns.md:12",
            "Goods go back within fourteen days, unworn.",
        );
        let part = candidate("returns.md", "Goods go back within fourteen days");
        assert!(whole.is_same(&part) && part.is_same(&whole));
        assert!(!whole.is_same(&candidate("returns.md", "Postage is not refunded")));
        assert!(!whole.is_same(&candidate("terms.md", "Goods go back within fourteen days")));
        assert!(!whole.is_same(&candidate("returns.md", "")));
        let elsewhere = candidate("old/returns.md", "Goods go back within fourteen days");
        assert!(!whole.is_same(&elsewhere));
    }
}
