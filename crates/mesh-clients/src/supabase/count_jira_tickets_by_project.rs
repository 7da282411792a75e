use mesh_core::{Deadline, Secret};
use serde::{Deserialize, Serialize};

use super::{Supabase, SupabaseError};

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ProjectCount {
    pub project_key: Option<String>,
    pub count: u64,
}

#[derive(Serialize)]
struct Arguments<'a> {
    p_status_filter: Option<&'a [String]>,
    p_priority_filter: Option<&'a [String]>,
}

impl Supabase {
    /// How many tickets each project has with one of the statuses and priorities; an empty list does not restrict.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn count_jira_tickets_by_project(
        &self,
        key: &Secret,
        status: &[String],
        priority: &[String],
        deadline: Deadline,
    ) -> Result<Vec<ProjectCount>, SupabaseError> {
        let arguments = Arguments {
            p_status_filter: (!status.is_empty()).then_some(status),
            p_priority_filter: (!priority.is_empty()).then_some(priority),
        };
        self.rpc(key, "count_jira_tickets_by_project", &arguments, deadline)
            .await
    }
}
