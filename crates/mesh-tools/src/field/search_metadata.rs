use mesh_index::Found;
use schemars::JsonSchema;
use serde::Serialize;

use crate::field::{Score, Timestamp};

/// How a search was done.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchMetadata {
    /// How many results are in this answer.
    total_results: usize,
    /// How many reached the threshold, those beyond `maxResults` included.
    total_matches: usize,
    threshold: Score,
    /// The best similarity seen, even below the threshold.
    best_similarity: Score,
    search_method: SearchMethod,
    timestamp: Timestamp,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum SearchMethod {
    Text,
}

impl SearchMetadata {
    #[must_use]
    pub fn of<T>(found: &Found<T>, threshold: Score) -> Self {
        Self {
            total_results: found.hits.len(),
            total_matches: found.total,
            threshold,
            best_similarity: Score::new(found.best),
            search_method: SearchMethod::Text,
            timestamp: Timestamp::now(),
        }
    }
}
