//! Ticket exports, told apart by what is in them; each ticket is handed on as soon as it is read.

mod bounded;
mod csv;
mod date;
mod document;
mod issue;
mod json;
mod recoded;

use std::io::{BufRead, BufReader};

use encoding_rs::{Encoding, UTF_8};

use self::recoded::Recoded;
use super::notes::Notes;
use super::skip::SkipReason;
use crate::record::Ticket;

/// Reads a Jira export: CSV, or JSON as the search interface gives it, as an array or as lines.
pub fn read(
    path: &str,
    mut input: impl BufRead,
    emit: &mut dyn FnMut(Ticket),
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let head = input.fill_buf().map_err(|error| SkipReason::from(&error))?;
    let Some((encoding, mark)) = Encoding::for_bom(head) else {
        return unmarked(path, input, emit, notes);
    };
    input.consume(mark);
    if encoding == UTF_8 {
        return unmarked(path, input, emit, notes);
    }
    unmarked(
        path,
        BufReader::new(Recoded::new(input, encoding)),
        emit,
        notes,
    )
}

fn unmarked(
    path: &str,
    mut input: impl BufRead,
    emit: &mut dyn FnMut(Ticket),
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let head = input.fill_buf().map_err(|error| SkipReason::from(&error))?;
    match head.trim_ascii_start().first() {
        Some(b'{' | b'[') => json::read(path, input, emit, notes),
        Some(_) => csv::read(path, input, emit, notes),
        None => Err(SkipReason::NotTickets),
    }
}

/// The project's key as the ticket's own key has it.
fn project_of(key: &str) -> String {
    key.rsplit_once('-')
        .map_or(key, |(project, _)| project)
        .to_ascii_uppercase()
}
