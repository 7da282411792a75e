use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::{SemanticSearch, Supabase, SupabaseError};

/// What is empty does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CodeFileFilters {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repository: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub language: Vec<String>,
    /// With or without its dot.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub file_extension: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct CodeFileRow {
    pub file_path: String,
    pub file_name: Option<String>,
    pub file_extension: Option<String>,
    pub language: Option<String>,
    pub content_preview: Option<String>,
    pub content_summary: Option<String>,
    pub repository_name: Option<String>,
    pub line_count: Option<u64>,
    pub last_modified: Option<String>,
    pub similarity: f32,
}

impl Supabase {
    /// Source files by meaning, and by words where there are any; the best first.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn search_code_files_semantic(
        &self,
        key: &Secret,
        search: &SemanticSearch<'_, CodeFileFilters>,
        deadline: Deadline,
    ) -> Result<Vec<CodeFileRow>, SupabaseError> {
        let arguments = search.arguments(|filters| filters);
        self.rpc(key, "search_code_files_semantic", &arguments, deadline)
            .await
    }
}
