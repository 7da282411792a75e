//! What can be read by address: lists, one thing of each kind, and the server's own state.

mod code;
mod commit;
mod document;
mod knowledge_base;
mod mail;
mod page;
mod sound;
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
    commit::TEMPLATE,
    code::TEMPLATE,
    mail::TEMPLATE,
    knowledge_base::PAGES,
    tickets::PAGES,
    sound::TEMPLATE,
];

pub(crate) use ticket::{complete as complete_ticket, find as find_ticket};

const JSON: &str = "application/json";

/// MCP, completion: at most 100 values.
const MAX_COMPLETIONS: usize = 100;
