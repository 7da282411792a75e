use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::{SemanticSearch, Supabase, SupabaseError};

/// What is empty does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EmailFilters {
    /// A part of the sender's address or name, in whichever case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// A part of an address it was sent to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// A part of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// ISO 8601, a day or a moment; both ends are included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_attachments: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct EmailRow {
    pub message_id: String,
    pub subject: Option<String>,
    pub from_email: Option<String>,
    pub from_name: Option<String>,
    pub to_emails: Vec<String>,
    pub sent_at: Option<String>,
    pub has_attachments: bool,
    pub body_preview: Option<String>,
    pub similarity: f32,
}

impl Supabase {
    /// Mail by meaning, and by words where there are any; the best first.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn search_emails_semantic(
        &self,
        key: &Secret,
        search: &SemanticSearch<'_, EmailFilters>,
        deadline: Deadline,
    ) -> Result<Vec<EmailRow>, SupabaseError> {
        let arguments = search.arguments(|filters| filters);
        self.rpc(key, "search_emails_semantic", &arguments, deadline)
            .await
    }
}
