//! What a filter without a question finds: everything, the newest first.

use super::item::Item;
use super::newest::Newest;
use super::parsed_query::ParsedQuery;
use super::quote::quote;
use super::{Clauses, Found, Hit, SearchError};
use crate::corpus::Snapshot;
use crate::record::Kind;

/// All hold to the filter in full; there is nothing else to score.
const MATCHES: f32 = 1.0;

pub(super) fn list<T: Item>(
    snapshot: &Snapshot,
    kind: Kind,
    limit: usize,
    clauses: Clauses<'_>,
) -> Result<Found<T>, SearchError> {
    if clauses.is_empty() {
        return Err(SearchError::EmptyQuery);
    }
    let query = clauses.all_of(kind);
    let counted = snapshot.searcher.search(&query, &Newest { limit })?;
    let mut hits = Vec::new();
    for address in counted.newest {
        if let Some(item) = snapshot.record::<T>(address)? {
            hits.push(Hit {
                score: MATCHES,
                quote: quote(
                    &item.text(),
                    &ParsedQuery::default(),
                    &mut snapshot.analyzer(kind),
                ),
                item,
            });
        }
    }
    let total = counted.total;
    let best = if total > 0 { MATCHES } else { 0.0 };
    Ok(Found { hits, total, best })
}
