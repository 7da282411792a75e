use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::semantic::Vector;
use super::{Supabase, SupabaseError};

/// What to search for among the passages of all kinds; see [`super::SemanticSearch`].
#[derive(Clone, Copy, Debug)]
pub struct VectorMatch<'a> {
    pub embedding: Option<&'a [f32]>,
    pub text: Option<&'a str>,
    pub threshold: f32,
    pub max_results: u16,
    /// Of these kinds; an empty list does not restrict.
    pub source_types: &'a [String],
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct AomaVectorRow {
    pub id: String,
    pub content: String,
    pub created_at: Option<String>,
    #[serde(default)]
    pub metadata: Option<Map<String, Value>>,
    pub similarity: f32,
    pub source_id: String,
    pub source_type: String,
}

#[derive(Serialize)]
struct Arguments<'a> {
    query_embedding: Option<Vector<'a>>,
    match_threshold: f32,
    match_count: u16,
    filter_source_types: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    query_text: Option<&'a str>,
}

impl Supabase {
    /// Passages by meaning, and by words where there are any; the best first.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn match_aoma_vectors(
        &self,
        key: &Secret,
        search: &VectorMatch<'_>,
        deadline: Deadline,
    ) -> Result<Vec<AomaVectorRow>, SupabaseError> {
        let source_types = search.source_types;
        let arguments = Arguments {
            query_embedding: search.embedding.map(Vector),
            match_threshold: search.threshold,
            match_count: search.max_results,
            filter_source_types: (!source_types.is_empty()).then_some(source_types),
            query_text: search.text,
        };
        self.rpc(key, "match_aoma_vectors", &arguments, deadline)
            .await
    }
}
