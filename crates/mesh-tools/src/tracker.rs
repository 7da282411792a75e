//! Tickets of an issue tracker, as they were exported.

mod filters;
mod get_jira_ticket_count;
mod in_database;
mod search_jira_tickets;

pub use get_jira_ticket_count::GetJiraTicketCount;
pub use search_jira_tickets::SearchJiraTickets;

pub(crate) use filters::TicketFilters;

use mesh_index::{Corpus, Kind, Linked, Ticket};

use crate::reading::Address;

/// Where a person opens the ticket: as the export's own source says, or else in the tracker that is configured for all.
pub(crate) fn browse_url(corpus: &Corpus, site: Option<&str>, ticket: &Ticket) -> Option<String> {
    let configured = || site_url(site, &ticket.key);
    corpus.link(Linked::Ticket(ticket)).or_else(configured)
}

/// Where a person opens a ticket of which there is no export.
pub(crate) fn site_url(site: Option<&str>, key: &str) -> Option<String> {
    site.map(|site| format!("{site}/browse/{key}"))
}

pub(crate) fn ticket_uri(key: &str) -> String {
    Address::new(Kind::Ticket, key).uri()
}
