use jiff::Timestamp;
use tantivy::collector::TopDocs;
use tantivy::{Order, TantivyError};

use super::{Corpus, Snapshot};
use crate::record::Kind;
use crate::search::{Clauses, SearchError};

impl Corpus {
    /// The day, in UTC, on which the newest thing of that kind was made or changed, by its own date. None where things of
    /// the kind have no such date: that of a file says when it was copied.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn newest(&self, kind: Kind) -> Result<Option<String>, SearchError> {
        match kind {
            Kind::Knowledge | Kind::Code => Ok(None),
            Kind::Ticket | Kind::Commit | Kind::Mail => Ok(self.snapshot().newest(kind)?),
        }
    }
}

/// A date after the day of indexing is somebody's mistake.
pub(super) fn read(snapshot: &Snapshot, kind: Kind) -> Result<Option<String>, TantivyError> {
    let mut clauses = Clauses::none(&snapshot.fields);
    clauses.up_to(snapshot.header.indexed_at.get(..10).unwrap_or_default());
    let newest = TopDocs::with_limit(1).order_by_fast_field::<i64>("time", Order::Desc);
    let found = snapshot.searcher.search(&clauses.all_of(kind), &newest)?;
    let seconds = found.first().and_then(|(seconds, _)| *seconds);
    let at = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    Ok(at.map(|at| at.strftime("%Y-%m-%d").to_string()))
}
