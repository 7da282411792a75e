//! Ticket exports, told apart by what is in them; each ticket is handed on as soon as it is read.

mod bounded;
mod csv;
mod date;
mod document;
mod input;
mod issue;
mod json;
mod recoded;
mod value;
mod xml;

use std::io::{BufRead, Seek};

use self::input::Input;
use super::notes::Notes;
use super::skip::SkipReason;
use crate::record::Ticket;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 1;

/// Reads a Jira export: CSV, XML, or JSON as the search interface gives it, as an array or as lines.
pub fn read(
    path: &str,
    input: impl BufRead + Seek,
    emit: &mut dyn FnMut(Ticket),
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let mut input = Input::new(input)?;
    let first = first_byte(&mut *input.open()?).map_err(|error| SkipReason::from(&error))?;
    match first {
        Some(b'{' | b'[') => json::read(path, &mut input, emit, notes),
        Some(b'<') => xml::read(path, &mut input, emit, notes),
        Some(_) => csv::read(path, &mut input, emit, notes),
        None => Err(SkipReason::NotTickets),
    }
}

/// The first byte that is not white space.
fn first_byte(input: &mut dyn BufRead) -> std::io::Result<Option<u8>> {
    loop {
        let head = input.fill_buf()?;
        let read = head.len();
        if read == 0 {
            return Ok(None);
        }
        if let Some(byte) = head.trim_ascii_start().first() {
            return Ok(Some(*byte));
        }
        input.consume(read);
    }
}

/// The project's key as the ticket's own key has it.
fn project_of(key: &str) -> String {
    key.rsplit_once('-')
        .map_or(key, |(project, _)| project)
        .to_ascii_uppercase()
}
