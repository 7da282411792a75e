use tantivy::Term;
use tantivy::collector::TopDocs;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;

use super::{Corpus, OpenError};
use crate::record::{Kind, Record};
use crate::search::SearchError;

impl Corpus {
    /// Whether what is on the disk now can be opened. A corpus held open goes on answering from files that were deleted or
    /// written over, so only opening them again can tell. The time it takes does not depend on the corpus's size.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub fn verify(&self) -> Result<(), OpenError> {
        Self::open_ends(&self.inner.folder).map(drop)
    }

    /// Some record of that kind, to be searched for by those who want to see that searching works; `None` where there is
    /// nothing of the kind.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn sample(&self, kind: Kind) -> Result<Option<Record>, SearchError> {
        let snapshot = self.snapshot();
        let term = Term::from_field_text(snapshot.fields.entry, kind.as_str());
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let first = snapshot
            .searcher
            .search(&query, &TopDocs::with_limit(1).order_by_score())?;
        match first.first() {
            Some((_, address)) => Ok(snapshot.record(*address)?),
            None => Ok(None),
        }
    }
}
