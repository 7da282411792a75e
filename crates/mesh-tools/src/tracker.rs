//! Tickets of an issue tracker, as they were exported.

mod filters;
mod get_jira_ticket_count;
mod in_database;
mod search_jira_tickets;

pub use get_jira_ticket_count::GetJiraTicketCount;
pub use search_jira_tickets::SearchJiraTickets;

use mesh_index::{Corpus, Linked, Ticket};

/// Where a person opens the ticket: as the export's own source says, or else in the tracker that is configured for all.
pub(crate) fn browse_url(corpus: &Corpus, site: Option<&str>, ticket: &Ticket) -> Option<String> {
    let configured = || site.map(|site| format!("{site}/browse/{}", ticket.key));
    corpus.link(Linked::Ticket(ticket)).or_else(configured)
}

pub(crate) fn ticket_uri(key: &str) -> String {
    format!("jira://ticket/{key}")
}
