//! Several exports may hold one ticket. All of them stay in the index, so that an older one is there again when the newer
//! leaves, and only the one that was changed last is found.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::{BitSet, DocAddress, DocId, Score, Searcher, SegmentReader, TantivyError};

use crate::store::filter_value;

/// The tickets another one of the same key has taken the place of, as a query: what it matches is not to be found.
#[derive(Clone, Debug, Default)]
pub(super) struct Superseded(Arc<HashMap<SegmentId, BitSet>>);

impl Superseded {
    pub(super) fn read(searcher: &Searcher) -> Result<Self, TantivyError> {
        let mut segments: HashMap<SegmentId, BitSet> = HashMap::new();
        for address in outdone(searcher)? {
            let segment = searcher.segment_reader(address.segment_ord);
            segments
                .entry(segment.segment_id())
                .or_insert_with(|| BitSet::with_max_value(segment.max_doc()))
                .insert(address.doc_id);
        }
        Ok(Self(Arc::new(segments)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, segment: &SegmentReader, doc: DocId) -> bool {
        let docs = self.0.get(&segment.segment_id());
        docs.is_some_and(|docs| docs.contains(doc))
    }
}

/// Every ticket but the newest of its key; of equally new ones, the last written counts.
fn outdone(searcher: &Searcher) -> Result<Vec<DocAddress>, TantivyError> {
    let mut by_key: HashMap<String, Vec<(i64, DocAddress)>> = HashMap::new();
    for (segment, segment_ord) in searcher.segment_readers().iter().zip(0..) {
        let Some(keys) = segment.fast_fields().str("key")? else {
            continue;
        };
        let times = segment.fast_fields().i64("time")?;
        let mut key = String::new();
        for doc in segment.doc_ids_alive() {
            let Some(ord) = keys.term_ords(doc).next() else {
                continue;
            };
            key.clear();
            keys.ord_to_str(ord, &mut key)?;
            let changed = times.first(doc).unwrap_or(i64::MIN);
            let holders = by_key.entry(filter_value(&key)).or_default();
            holders.push((changed, DocAddress::new(segment_ord, doc)));
        }
    }
    let older = by_key.into_values().flat_map(|mut holders| {
        holders.sort_unstable_by_key(|holder| Reverse(*holder));
        holders.into_iter().skip(1).map(|(_, address)| address)
    });
    Ok(older.collect())
}

impl Query for Superseded {
    fn weight(&self, _: EnableScoring<'_>) -> Result<Box<dyn Weight>, TantivyError> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Superseded {
    fn scorer(
        &self,
        segment: &SegmentReader,
        boost: Score,
    ) -> Result<Box<dyn Scorer>, TantivyError> {
        Ok(match self.0.get(&segment.segment_id()) {
            Some(docs) => Box::new(ConstScorer::new(BitSetDocSet::from(docs.clone()), boost)),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> Result<Explanation, TantivyError> {
        Ok(Explanation::new("superseded", 1.0))
    }
}
