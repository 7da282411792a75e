//! The newest of what a query finds, and how many there are: a message in three mailboxes, or a commit in two clones, is one.

use std::cmp::Reverse;
use std::collections::HashSet;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader, TantivyError};

/// Collects at most `limit` of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newest {
    pub(super) limit: usize,
}

#[derive(Debug)]
pub(super) struct Counted {
    pub(super) total: usize,
    pub(super) newest: Vec<DocAddress>,
}

pub(super) struct OfSegment {
    segment: SegmentOrdinal,
    time: Column<i64>,
    same: Column<u64>,
    found: Vec<Dated>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Dated {
    time: Option<i64>,
    same: Option<u64>,
    address: DocAddress,
}

impl Collector for Newest {
    type Fruit = Counted;
    type Child = OfSegment;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> Result<OfSegment, TantivyError> {
        Ok(OfSegment {
            segment,
            time: reader.fast_fields().i64("time")?,
            same: reader.fast_fields().u64("same")?,
            found: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<Dated>>) -> Result<Counted, TantivyError> {
        let mut found = segments.concat();
        found.sort_unstable_by_key(|dated| (Reverse(dated.time), dated.address));
        let mut seen = HashSet::new();
        found.retain(|dated| dated.same.is_none_or(|same| seen.insert(same)));
        let newest = found.iter().take(self.limit);
        Ok(Counted {
            total: found.len(),
            newest: newest.map(|dated| dated.address).collect(),
        })
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = Vec<Dated>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.found.push(Dated {
            time: self.time.first(doc),
            same: self.same.first(doc),
            address: DocAddress::new(self.segment, doc),
        });
    }

    fn harvest(self) -> Vec<Dated> {
        self.found
    }
}
