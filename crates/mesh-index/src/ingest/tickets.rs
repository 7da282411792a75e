//! Ticket exports, told apart by what is in them; each ticket is handed on as soon as it is read.

mod bounded;
mod csv;
mod date;
mod document;
mod issue;
mod json;

use std::io::BufRead;

use super::skip::SkipReason;
use crate::record::Ticket;

/// Reads a Jira export: CSV, or JSON as the search interface gives it, as an array or as lines.
pub fn read(
    path: &str,
    mut input: impl BufRead,
    emit: &mut dyn FnMut(Ticket),
) -> Result<(), SkipReason> {
    let head = input.fill_buf().map_err(|error| SkipReason::from(&error))?;
    let mark: &[u8] = b"\xEF\xBB\xBF";
    if head.starts_with(mark) {
        input.consume(mark.len());
    }
    let head = input.fill_buf().map_err(|error| SkipReason::from(&error))?;
    match head.trim_ascii_start().first() {
        Some(b'{' | b'[') => json::read(path, input, emit),
        Some(_) => csv::read(path, input, emit),
        None => Err(SkipReason::NotTickets),
    }
}

/// The project's key as the ticket's own key has it.
fn project_of(key: &str) -> String {
    key.rsplit_once('-')
        .map_or(key, |(project, _)| project)
        .to_ascii_uppercase()
}
