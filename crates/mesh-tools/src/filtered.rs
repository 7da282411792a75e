//! What the tools that search one kind, within filters, have in common.

use mesh_index::{Corpus, Found, Hit, Query, SearchError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::field::{Score, SearchMetadata};
use crate::filter_values::{FilterValues, UnknownValue};

/// The filters of one kind, as they were applied, and what is searched within them.
pub(crate) trait Filtered: Serialize + JsonSchema + Send + 'static {
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
    metadata: SearchMetadata,
}

pub(crate) async fn search<F: Filtered>(
    cx: &Context<'_>,
    text: String,
    limit: usize,
    threshold: Score,
    mut filters: F,
) -> Result<Matches<F, F::Row>, ToolError> {
    let site = cx.services.jira_base_url.clone();
    cx.search(move |corpus| {
        let mut values = FilterValues::of(corpus);
        filters.resolve(&mut values)?;
        let query = Query {
            text: &text,
            limit,
            threshold: threshold.get(),
        };
        let found = filters.search(corpus, &query)?;
        let metadata = SearchMetadata::of(&found, threshold);
        let row = |hit| F::row(corpus, site.as_deref(), hit);
        Ok(Matches {
            results: found.hits.into_iter().map(row).collect::<Result<_, _>>()?,
            unknown_filter_values: values.into_unknown(),
            filters,
            metadata,
            query: text,
        })
    })
    .await
}
