use std::collections::BTreeMap;

use anyhow::Result;

use super::bag::nearest;
use super::{Bag, Fts5, Words};
use crate::retrieval::pages::Page;

/// As `match_aoma_vectors` of our migrations searches: by vectors, and what has all the words beside it; both by reciprocal
/// rank.
#[derive(Debug)]
pub(crate) struct Database {
    words: Fts5,
}

/// As in the migrations.
const RANK_CONSTANT: f32 = 60.0;

impl Database {
    pub(crate) fn index(pages: &[Page]) -> Result<Self> {
        let words = Fts5::index(pages, Words::WithoutStopWords)?;
        Ok(Self { words })
    }

    /// The places of passages and their cosines, best first.
    pub(crate) fn matches(
        &self,
        vectors: &Bag,
        question: &str,
        limit: usize,
    ) -> Result<Vec<(usize, f32)>> {
        let cosines = vectors.cosines(question);
        let mut scores: BTreeMap<usize, (f32, Option<usize>)> = BTreeMap::new();
        for (rank, (place, _)) in nearest(&cosines, limit).into_iter().enumerate() {
            scores.entry(place).or_default().0 += reciprocal(rank);
        }
        for (rank, place) in self
            .words
            .with_all(question, limit)?
            .into_iter()
            .enumerate()
        {
            let score = scores.entry(place).or_default();
            score.0 += reciprocal(rank);
            score.1 = Some(rank);
        }
        let mut fused: Vec<_> = scores.into_iter().collect();
        fused.sort_by(|(a, one), (b, other)| {
            let by_words = |rank: Option<usize>| rank.unwrap_or(usize::MAX);
            let by_score = other.0.total_cmp(&one.0);
            let by_words = by_score.then(by_words(one.1).cmp(&by_words(other.1)));
            by_words.then(cosines[*b].total_cmp(&cosines[*a]))
        });
        fused.truncate(limit);
        let found = fused.into_iter().map(|(place, _)| (place, cosines[place]));
        Ok(found.collect())
    }
}

fn reciprocal(rank: usize) -> f32 {
    1.0 / (RANK_CONSTANT + rank as f32 + 1.0)
}
