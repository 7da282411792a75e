//! Leaves out what a reader has just read: near-duplicates of better hits, and all but the best few of a document.

use std::collections::{HashMap, HashSet};

use super::duplicate::Shingles;
use super::item::Item;
use super::rank::Scored;

/// More passages of one document would push others out; its reader finds the rest by opening it.
const MAX_PER_DOCUMENT: usize = 3;

/// Texts that say the same are about as long; only then are they compared word by word.
const SHORTEST_COPY: f32 = 0.8;

/// Copies of a text score alike, for headings and titles differ at most.
const FARTHEST_COPY: f32 = 0.3;

struct Kept<T> {
    scored: Scored<T>,
    text: String,
    shingles: Option<Shingles>,
}

/// The first `limit` that repeat nothing, and how many are left after them, which nobody compares. Of things that are
/// whole in themselves only copies are left out, as a message has in another mailbox and a commit in another clone.
pub(super) fn without_repetitions<T: Item>(
    mut scored: Vec<Scored<T>>,
    limit: usize,
) -> (Vec<Scored<T>>, usize) {
    if !T::IS_PASSAGE {
        let mut seen = HashSet::new();
        scored.retain(|one| seen.insert(one.item.sameness()));
        let rest = scored.len().saturating_sub(limit);
        scored.truncate(limit);
        return (scored, rest);
    }
    let mut kept: Vec<Kept<T>> = Vec::new();
    let mut of_document: HashMap<String, usize> = HashMap::new();
    let mut waiting = scored.into_iter();
    while kept.len() < limit {
        let Some(scored) = waiting.next() else {
            break;
        };
        let count = of_document
            .entry(scored.item.document().to_owned())
            .or_default();
        let mut next = Kept {
            text: scored.item.text(),
            scored,
            shingles: None,
        };
        if *count < MAX_PER_DOCUMENT && !kept.iter_mut().any(|before| before.is_same_as(&mut next))
        {
            *count += 1;
            kept.push(next);
        }
    }
    let kept = kept.into_iter().map(|one| one.scored).collect();
    (kept, waiting.len())
}

impl<T> Kept<T> {
    fn is_same_as(&mut self, other: &mut Self) -> bool {
        let lengths = [self.text.len() as f32, other.text.len() as f32];
        let as_long = lengths[0].min(lengths[1]) >= SHORTEST_COPY * lengths[0].max(lengths[1]);
        let scores_alike = (self.scored.score - other.scored.score).abs() <= FARTHEST_COPY;
        as_long && scores_alike && self.shingles().is_same_as(other.shingles())
    }

    fn shingles(&mut self) -> &Shingles {
        self.shingles
            .get_or_insert_with(|| Shingles::of(&self.text))
    }
}
