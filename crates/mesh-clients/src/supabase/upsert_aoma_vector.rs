use mesh_core::{Deadline, Secret};
use serde::Serialize;
use serde_json::{Map, Value};

use super::semantic::Vector;
use super::{Supabase, SupabaseError};

/// A passage to keep, in the place of an earlier one of the same `source_type` and `source_id`.
#[derive(Clone, Copy, Debug)]
pub struct AomaVector<'a> {
    pub source_type: &'a str,
    pub source_id: &'a str,
    pub content: &'a str,
    pub embedding: &'a [f32],
    pub metadata: &'a Map<String, Value>,
    /// Of what was embedded, so that what has not changed need not be sent again.
    pub content_hash: &'a str,
    pub embedding_model: &'a str,
}

#[derive(Serialize)]
struct Arguments<'a> {
    p_content: &'a str,
    p_embedding: Vector<'a>,
    p_source_type: &'a str,
    p_source_id: &'a str,
    p_metadata: &'a Map<String, Value>,
    p_content_hash: &'a str,
    p_embedding_model: &'a str,
}

impl Supabase {
    /// Keeps a passage, and returns the id of its row.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn upsert_aoma_vector(
        &self,
        key: &Secret,
        vector: &AomaVector<'_>,
        deadline: Deadline,
    ) -> Result<String, SupabaseError> {
        let arguments = Arguments {
            p_content: vector.content,
            p_embedding: Vector(vector.embedding),
            p_source_type: vector.source_type,
            p_source_id: vector.source_id,
            p_metadata: vector.metadata,
            p_content_hash: vector.content_hash,
            p_embedding_model: vector.embedding_model,
        };
        self.rpc(key, "upsert_aoma_vector", &arguments, deadline)
            .await
    }
}
