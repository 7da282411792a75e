//! What means the same as the question, whatever its words: an exact scan over the vectors of all passages.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TantivyError};

use super::Clauses;
use crate::corpus::Snapshot;
use crate::record::Kind;
use crate::vectors::{Meaning, Row};

/// As many as are gathered by words.
const MAX_BY_MEANING: usize = 80;

/// How much meaning counts beside words, by how many words there are to go by: one or two say what they say, and a model that
/// has to guess their sense guesses wrong; a sentence has one. Found on the development halves of the judged sets.
const SHARES: [f32; 5] = [0.15, 0.15, 0.3, 0.45, 0.65];

/// Similarities from here to there are what a model tells apart; below are texts about something else.
const UNRELATED: f32 = 0.2;
const SAME: f32 = 0.9;

/// How near each passage is to the question.
pub(super) struct Nearness<'a> {
    meaning: &'a Meaning,
    similarities: Vec<f32>,
    share: f32,
}

impl<'a> Nearness<'a> {
    /// `None` where the corpus has no vectors.
    pub(super) fn of(snapshot: &'a Snapshot, text: &str, words: usize) -> Option<Self> {
        // A fault is told by who had the question asked; the search goes on by words.
        let meaning = snapshot.meaning().ok().flatten()?;
        Some(Self {
            similarities: meaning.similarities(text),
            meaning,
            share: SHARES[words.clamp(1, SHARES.len()) - 1],
        })
    }

    /// The nearest passages of a kind.
    pub(super) fn candidates(
        &self,
        snapshot: &Snapshot,
        kind: Kind,
        clauses: Clauses<'_>,
    ) -> Result<Vec<DocAddress>, TantivyError> {
        snapshot
            .searcher
            .search(&clauses.all_of(kind), &Nearest(self))
    }

    /// A score by words, with what the meaning says of that passage.
    pub(super) fn blend(&self, score: f32, address: DocAddress) -> f32 {
        let row = self
            .meaning
            .rows(address.segment_ord)
            .get(address.doc_id as usize);
        let Some(Some(row)) = row else {
            return score;
        };
        let similarity = row.of(&self.similarities);
        let meant = ((similarity - UNRELATED) / (SAME - UNRELATED)).clamp(0.0, 1.0);
        score + self.share * (meant - score)
    }
}

/// Collects the nearest of what a query finds.
struct Nearest<'a, 'b>(&'b Nearness<'a>);

struct InSegment {
    ord: SegmentOrdinal,
    /// A document's similarity, where it has one.
    similarities: Vec<Option<f32>>,
    found: Vec<(f32, DocAddress)>,
}

impl Collector for Nearest<'_, '_> {
    type Fruit = Vec<DocAddress>;
    type Child = InSegment;

    fn for_segment(
        &self,
        ord: SegmentOrdinal,
        _: &SegmentReader,
    ) -> Result<InSegment, TantivyError> {
        let Nearness {
            meaning,
            similarities,
            ..
        } = self.0;
        let similarity = |row: &Option<Row>| row.map(|row| row.of(similarities));
        Ok(InSegment {
            ord,
            similarities: meaning.rows(ord).iter().map(similarity).collect(),
            found: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(
        &self,
        segments: Vec<Vec<(f32, DocAddress)>>,
    ) -> Result<Self::Fruit, TantivyError> {
        let nearest = nearest(segments.into_iter().flatten().collect());
        Ok(nearest.into_iter().map(|(_, address)| address).collect())
    }
}

impl SegmentCollector for InSegment {
    type Fruit = Vec<(f32, DocAddress)>;

    fn collect(&mut self, document: DocId, _: Score) {
        if let Some(Some(similarity)) = self.similarities.get(document as usize) {
            self.found
                .push((*similarity, DocAddress::new(self.ord, document)));
        }
    }

    fn harvest(self) -> Self::Fruit {
        nearest(self.found)
    }
}

fn nearest(mut found: Vec<(f32, DocAddress)>) -> Vec<(f32, DocAddress)> {
    let order = |a: &(f32, DocAddress), b: &(f32, DocAddress)| {
        b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1))
    };
    if found.len() > MAX_BY_MEANING {
        found.select_nth_unstable_by(MAX_BY_MEANING, order);
        found.truncate(MAX_BY_MEANING);
    }
    found.sort_by(order);
    found
}
