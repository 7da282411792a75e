use std::ops::Deref;
use std::sync::OnceLock;

use tantivy::collector::Collector;
use tantivy::query::{Bm25StatisticsProvider, BooleanQuery, Occur, Query};
use tantivy::{Searcher, TantivyError};

use super::superseded::Superseded;

/// A searcher that finds each ticket once. Whatever is searched is searched here, so that search, list and count agree.
#[derive(Debug)]
pub(crate) struct Shown {
    searcher: Searcher,
    superseded: OnceLock<Superseded>,
}

impl Deref for Shown {
    type Target = Searcher;

    fn deref(&self) -> &Searcher {
        &self.searcher
    }
}

impl Shown {
    pub(super) fn new(searcher: Searcher) -> Self {
        Self {
            searcher,
            superseded: OnceLock::new(),
        }
    }

    pub(crate) fn search<C: Collector>(
        &self,
        query: &dyn Query,
        collector: &C,
    ) -> Result<C::Fruit, TantivyError> {
        self.searcher.search(&*self.shown(query)?, collector)
    }

    pub(crate) fn search_with_statistics_provider<C: Collector>(
        &self,
        query: &dyn Query,
        collector: &C,
        statistics: &dyn Bm25StatisticsProvider,
    ) -> Result<C::Fruit, TantivyError> {
        let query = self.shown(query)?;
        self.searcher
            .search_with_statistics_provider(&*query, collector, statistics)
    }

    /// Read when first asked for: opening must not wait for it.
    pub(super) fn superseded(&self) -> Result<&Superseded, TantivyError> {
        if let Some(superseded) = self.superseded.get() {
            return Ok(superseded);
        }
        let superseded = Superseded::read(&self.searcher)?;
        Ok(self.superseded.get_or_init(|| superseded))
    }

    fn shown(&self, query: &dyn Query) -> Result<Box<dyn Query>, TantivyError> {
        let superseded = self.superseded()?;
        if superseded.is_empty() {
            return Ok(query.box_clone());
        }
        Ok(Box::new(BooleanQuery::new(vec![
            (Occur::Must, query.box_clone()),
            (Occur::MustNot, Box::new(superseded.clone())),
        ])))
    }
}
