use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::{SemanticSearch, Supabase, SupabaseError};

/// What is empty does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GitCommitFilters {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repository: Vec<String>,
    /// A part of the author's name or address, in whichever case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub author: Vec<String>,
    /// ISO 8601, a day or a moment; both ends are included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_to: Option<String>,
    /// A part of the path of a changed file; `*` stands for any characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_pattern: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct GitCommitRow {
    pub commit_hash: String,
    pub commit_message: Option<String>,
    pub author_name: Option<String>,
    pub author_email: Option<String>,
    pub commit_date: Option<String>,
    pub repository_name: Option<String>,
    /// A list of paths where our migrations made the table.
    #[serde(default)]
    pub files_changed: serde_json::Value,
    pub additions: Option<u64>,
    pub deletions: Option<u64>,
    pub diff_summary: Option<String>,
    pub similarity: f32,
}

impl Supabase {
    /// Commits by meaning, and by words where there are any; the best first.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn search_git_commits_semantic(
        &self,
        key: &Secret,
        search: &SemanticSearch<'_, GitCommitFilters>,
        deadline: Deadline,
    ) -> Result<Vec<GitCommitRow>, SupabaseError> {
        let arguments = search.arguments(|filters| filters);
        self.rpc(key, "search_git_commits_semantic", &arguments, deadline)
            .await
    }
}
