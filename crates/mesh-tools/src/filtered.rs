//! What the tools that search one kind, within filters, have in common.

use futures::future::{OptionFuture, join};
use mesh_index::{Corpus, Found, Hit, Kind, Query, SearchError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::field::{Score, SearchMetadata, SearchMethod, Timestamp};
use crate::filter_values::{FilterValues, UnknownValue, max_known};
use crate::retrieval::{
    DATABASE, Ranked, SearchSource, SearchedSource, answered, asked, fuse, has_index, share,
};

/// The filters of one kind, as they were applied, and what is searched within them.
pub(crate) trait Filtered: Clone + Serialize + JsonSchema + Send + Sync + 'static {
    const KIND: Kind;
    type Item;
    /// A thing found, as it is answered with.
    type Row: Serialize + JsonSchema + Send + 'static;

    /// Takes apart lists in one string, and tells of values that nothing has.
    fn resolve(&mut self, values: &mut FilterValues<'_>) -> Result<(), SearchError>;
    fn search(&self, corpus: &Corpus, query: &Query<'_>) -> Result<Found<Self::Item>, SearchError>;
    /// `site` is where tickets are opened whose export does not say it.
    fn row(
        corpus: &Corpus,
        site: Option<&str>,
        hit: Hit<Self::Item>,
    ) -> Result<Self::Row, SearchError>;

    /// What the database has within the filters, the best first, and how it was searched.
    fn in_database(
        &self,
        cx: &Context<'_>,
        wanted: &SourceQuery,
    ) -> impl Future<Output = Result<(Vec<Self::Row>, SearchMethod), ToolError>> + Send;
    fn similarity(row: &Self::Row) -> Score;
    /// Whether both are the same thing.
    fn is_same(row: &Self::Row, other: &Self::Row) -> bool;
}

/// What is searched for.
#[derive(Clone, Debug)]
pub(crate) struct SourceQuery {
    pub(crate) text: String,
    pub(crate) limit: usize,
    pub(crate) threshold: Score,
    /// The text's vector, where it was asked for before: none without a key of OpenAI, or why there is none.
    pub(crate) vector: Option<Result<Option<Vec<f32>>, ToolError>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Matches<F, R> {
    query: String,
    filters: F,
    /// Values of filters that nothing here has, with those there are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown_filter_values: Vec<UnknownValue>,
    results: Vec<R>,
    /// What was searched, where that is more than the index.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<SearchedSource>,
    metadata: SearchMetadata,
}

/// What the index has, and the filters as it understood them.
struct Indexed<F: Filtered> {
    filters: F,
    unknown: Vec<UnknownValue>,
    rows: Vec<F::Row>,
    total: usize,
    best: Score,
}

impl<F: Filtered> Indexed<F> {
    /// With what each of these sources has, the index among them.
    fn joined_with(
        mut self,
        lists: Vec<Vec<F::Row>>,
        sources: &[SearchedSource],
        limit: usize,
    ) -> Self {
        let source = |name| sources.iter().find(|source| source.name == name);
        let in_index = source(SearchSource::Index).map_or(0, |source| source.results);
        let ranked = lists
            .into_iter()
            .map(|rows| rows.into_iter().map(ranked::<F>));
        let fused = fuse(ranked.map(Iterator::collect).collect(), F::is_same);
        self.total += fused.len().saturating_sub(in_index);
        let scores = fused.iter().map(|found| Score::new(found.score));
        self.best = scores.fold(self.best, |a, b| if b > a { b } else { a });
        self.rows = fused.into_iter().map(|found| found.item).collect();
        self.rows.truncate(limit);
        if source(SearchSource::Database).is_some_and(|source| source.error.is_none()) {
            // The database may have values that the index does not.
            self.unknown.clear();
        }
        self
    }
}

pub(crate) async fn search<F: Filtered>(
    cx: &Context<'_>,
    text: String,
    limit: usize,
    threshold: Score,
    filters: F,
) -> Result<Matches<F, F::Row>, ToolError> {
    let wanted = SourceQuery {
        text,
        limit,
        threshold,
        vector: None,
    };
    let has_index = has_index(cx, F::KIND);
    // Without words the newest are listed, which the index alone can do.
    let has_words = !wanted.text.trim().is_empty();
    if cx.vendors_with(DATABASE).is_none() || has_index && !has_words {
        let indexed = in_index(cx, &wanted, filters).await?;
        return Ok(matches(wanted, indexed, Vec::new(), SearchMethod::Text));
    }
    if !has_words {
        return Err(ToolError::InvalidArguments(
            "query cannot be empty: only what is indexed can be listed without words".to_owned(),
        ));
    }
    everywhere(cx, wanted, filters, has_index).await
}

/// With lists in one string taken apart, as both sources need them.
pub(crate) async fn resolved<F: Filtered>(
    cx: &Context<'_>,
    mut filters: F,
) -> Result<F, ToolError> {
    if cx.services.corpus().is_none() {
        filters.resolve(&mut FilterValues::not_known())?;
        return Ok(filters);
    }
    cx.search(move |corpus| {
        filters.resolve(&mut FilterValues::of(corpus, 0))?;
        Ok(filters)
    })
    .await
}

async fn in_index<F: Filtered>(
    cx: &Context<'_>,
    wanted: &SourceQuery,
    mut filters: F,
) -> Result<Indexed<F>, ToolError> {
    let handle = &cx.services.corpus_handle;
    handle.arrive(cx.request.deadline).await?;
    let site = cx.services.jira_base_url.clone();
    let wanted = wanted.clone();
    let max_known = max_known(cx.view, F::KIND);
    cx.search(move |corpus| {
        let mut values = FilterValues::of(corpus, max_known);
        filters.resolve(&mut values)?;
        let query = Query {
            text: &wanted.text,
            limit: wanted.limit,
            threshold: wanted.threshold.get(),
        };
        let found = filters.search(corpus, &query)?;
        let row = |hit| F::row(corpus, site.as_deref(), hit);
        Ok(Indexed {
            total: found.total,
            best: Score::new(found.best),
            rows: found.hits.into_iter().map(row).collect::<Result<_, _>>()?,
            unknown: values.into_unknown(),
            filters,
        })
    })
    .await
}

/// In the index, where it has the kind, and in the database at the same time.
async fn everywhere<F: Filtered>(
    cx: &Context<'_>,
    wanted: SourceQuery,
    filters: F,
    has_index: bool,
) -> Result<Matches<F, F::Row>, ToolError> {
    let cx = &share(cx);
    let filters = resolved(cx, filters).await?;
    let mut indexed = Indexed {
        filters: filters.clone(),
        unknown: Vec::new(),
        rows: Vec::new(),
        total: 0,
        best: Score::default(),
    };
    let mut method = SearchMethod::Text;
    let index = async {
        let found = in_index(cx, &wanted, filters.clone()).await?;
        indexed = found;
        Ok(std::mem::take(&mut indexed.rows))
    };
    let index = has_index.then(|| asked(SearchSource::Index, cx, index));
    let database = async {
        let (rows, by) = filters.in_database(cx, &wanted).await?;
        method = by;
        Ok(rows)
    };
    let database = asked(SearchSource::Database, cx, database);
    let (index, database) = join(OptionFuture::from(index), database).await;
    let (lists, sources) = answered([index, Some(database)].into_iter().flatten())?;
    let joined = indexed.joined_with(lists, &sources, wanted.limit);
    Ok(matches(wanted, joined, sources, method))
}

fn ranked<F: Filtered>(item: F::Row) -> Ranked<F::Row> {
    Ranked {
        score: F::similarity(&item).get(),
        item,
    }
}

fn matches<F: Filtered>(
    wanted: SourceQuery,
    indexed: Indexed<F>,
    sources: Vec<SearchedSource>,
    search_method: SearchMethod,
) -> Matches<F, F::Row> {
    Matches {
        query: wanted.text,
        filters: indexed.filters,
        unknown_filter_values: indexed.unknown,
        metadata: SearchMetadata {
            total_results: indexed.rows.len(),
            total_matches: indexed.total,
            threshold: wanted.threshold,
            best_similarity: indexed.best,
            search_method,
            timestamp: Timestamp::now(),
        },
        results: indexed.rows,
        sources,
    }
}
