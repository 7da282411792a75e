use schemars::JsonSchema;
use serde::Serialize;

use crate::field::{Score, Timestamp};

/// How a search was done.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchMetadata {
    /// How many results are in this answer.
    pub(crate) total_results: usize,
    /// How many reached the threshold, those beyond `maxResults` included.
    pub(crate) total_matches: usize,
    pub(crate) threshold: Score,
    /// The best similarity seen, even below the threshold.
    pub(crate) best_similarity: Score,
    pub(crate) search_method: SearchMethod,
    pub(crate) timestamp: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SearchMethod {
    /// By words.
    Text,
    /// By meaning, in the database; by words in the index beside it.
    Vector,
}
