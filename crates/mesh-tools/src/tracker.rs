//! Tickets of an issue tracker, as they were exported.

mod filters;
mod get_jira_ticket_count;
mod search_jira_tickets;

pub use get_jira_ticket_count::GetJiraTicketCount;
pub use search_jira_tickets::SearchJiraTickets;

/// Where a person opens the ticket, when it is configured which tracker the export is from.
pub(crate) fn browse_url(site: Option<&str>, key: &str) -> Option<String> {
    site.map(|site| format!("{site}/browse/{key}"))
}

pub(crate) fn ticket_uri(key: &str) -> String {
    format!("jira://ticket/{key}")
}
