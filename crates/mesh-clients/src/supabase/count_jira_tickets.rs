use mesh_core::{Deadline, Secret};
use serde::Serialize;

use super::{JiraTicketFilters, Supabase, SupabaseError};

#[derive(Serialize)]
struct Arguments<'a> {
    p_filters: Option<&'a JiraTicketFilters>,
}

impl Supabase {
    /// How many tickets there are within the filters.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn count_jira_tickets(
        &self,
        key: &Secret,
        filters: &JiraTicketFilters,
        deadline: Deadline,
    ) -> Result<u64, SupabaseError> {
        let p_filters = filters.or_null();
        self.rpc(
            key,
            "count_jira_tickets",
            &Arguments { p_filters },
            deadline,
        )
        .await
    }
}
