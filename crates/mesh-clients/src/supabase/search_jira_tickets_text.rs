use mesh_core::{Deadline, Secret};
use serde::Serialize;

use super::{JiraTicketFilters, JiraTicketRow, Supabase, SupabaseError};

/// What to search for where there is no embedding.
#[derive(Clone, Debug)]
pub struct TextSearch<'a> {
    pub text: &'a str,
    /// The share of the words that a ticket has to hold, from 0 to 1; one that holds an identifier of the text needs none.
    pub threshold: f32,
    pub max_results: u16,
    pub filters: JiraTicketFilters,
}

/// PostgREST tells the two functions of one name apart by the names of their arguments.
#[derive(Serialize)]
struct Arguments<'a> {
    search_query: &'a str,
    max_results: u16,
    similarity_threshold: f32,
    filters: Option<&'a JiraTicketFilters>,
}

impl Supabase {
    /// Tickets by words alone, through the overload of `search_jira_tickets_semantic` that takes a text; a row's similarity is
    /// the share of the words that it holds.
    ///
    /// # Errors
    /// See [`SupabaseError`].
    pub async fn search_jira_tickets_text(
        &self,
        key: &Secret,
        search: &TextSearch<'_>,
        deadline: Deadline,
    ) -> Result<Vec<JiraTicketRow>, SupabaseError> {
        let arguments = Arguments {
            search_query: search.text,
            max_results: search.max_results,
            similarity_threshold: search.threshold,
            filters: search.filters.or_null(),
        };
        self.rpc(key, "search_jira_tickets_semantic", &arguments, deadline)
            .await
    }
}
