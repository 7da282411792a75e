use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize, Serializer};

use super::{SemanticSearch, Supabase, SupabaseError};

/// What is empty does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JiraTicketFilters {
    /// Sent as one text where it is one, as the functions of older databases take it.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_many")]
    pub project_key: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priority: Vec<String>,
}

fn one_or_many<S: Serializer>(values: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    match values {
        [one] => one.serialize(serializer),
        many => many.serialize(serializer),
    }
}

impl JiraTicketFilters {
    /// The functions on tickets take `null` for no filters.
    pub(super) fn or_null(&self) -> Option<&Self> {
        (*self != Self::default()).then_some(self)
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct JiraTicketRow {
    pub key: String,
    pub summary: Option<String>,
    pub status: Option<String>,
    pub priority: Option<String>,
    pub project_key: Option<String>,
    pub similarity: f32,
}

impl Supabase {
    /// Tickets by meaning, and by words where there are any; the best first.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn search_jira_tickets_semantic(
        &self,
        key: &Secret,
        search: &SemanticSearch<'_, JiraTicketFilters>,
        deadline: Deadline,
    ) -> Result<Vec<JiraTicketRow>, SupabaseError> {
        let arguments = search.arguments(JiraTicketFilters::or_null);
        self.rpc(key, "search_jira_tickets_semantic", &arguments, deadline)
            .await
    }
}
