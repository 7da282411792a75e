//! What can be read by address: lists, one document, one ticket, and the server's own state.

mod document;
mod knowledge_base;
mod page;
mod state;
mod ticket;
mod tickets;

use crate::resource::{Resource, Template};

pub static RESOURCES: &[Resource] = &[
    knowledge_base::RESOURCE,
    tickets::RESOURCE,
    state::HEALTH,
    state::METRICS,
];

pub static TEMPLATES: &[Template] = &[
    document::TEMPLATE,
    ticket::TEMPLATE,
    knowledge_base::PAGES,
    tickets::PAGES,
];

pub(crate) use ticket::{complete as complete_ticket, find as find_ticket};

const JSON: &str = "application/json";

/// MCP, completion: at most 100 values.
const MOST_COMPLETIONS: usize = 100;
