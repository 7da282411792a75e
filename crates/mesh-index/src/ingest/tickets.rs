//! Ticket exports, told apart by what is in them; each ticket is handed on as soon as it is read.

mod bounded;
mod columns;
mod csv;
mod date;
mod document;
mod draft;
mod html;
mod input;
mod issue;
mod json;
mod names;
mod recoded;
mod row;
mod signed;
mod value;
mod xlsx;
mod xml;

use std::io::{BufRead, Seek};

use self::input::Input;
use super::notes::Notes;
use super::skip::SkipReason;
use crate::record::Ticket;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 6;

/// Reads a Jira export: CSV, XML, a page, a spreadsheet, or JSON as an import or the search interface has it, as an array or as
/// lines.
///
/// # Errors
/// Where it is no export of tickets, or breaks off. What was handed on before stays.
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
        Some(b'<') if html::is_page(&mut *input.open()?)? => {
            html::read(path, &mut input, emit, notes)
        }
        Some(b'<') => xml::read(path, &mut input, emit, notes),
        Some(b'P')
            if input
                .open()?
                .fill_buf()
                .is_ok_and(|head| head.starts_with(b"PK\x03\x04")) =>
        {
            xlsx::read(path, &mut input, emit, notes)
        }
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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::ingest::packed::tests::packed;
    use crate::record::TicketField;

    /// All that an export gives.
    pub(super) fn all(
        path: &str,
        source: impl AsRef<[u8]>,
    ) -> (Result<(), SkipReason>, Vec<Ticket>, Notes) {
        let (mut tickets, mut notes) = (Vec::new(), Notes::default());
        let mut keep = |ticket| tickets.push(ticket);
        let read = read(path, Cursor::new(source), &mut keep, &mut notes);
        (read, tickets, notes)
    }

    pub(super) fn field(name: &str, value: &str) -> TicketField {
        TicketField {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn a_packed_export_is_read_by_what_is_in_it() {
        let csv = "\u{feff}Issue key,Summary\nA-1,Leak\n";
        let wide: Vec<u8> = csv.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let json = br#"{"issues":[{"key":"A-1","fields":{"summary":"Leak"}}]}"#;
        for source in [csv.as_bytes(), &wide, json] {
            let (read, tickets, _) = all("t.gz", packed(source));
            assert_eq!(read, Ok(()));
            assert_eq!((&*tickets[0].key, &*tickets[0].summary), ("A-1", "Leak"));
        }
    }

    #[test]
    fn what_breaks_off_within_its_packing_is_told() {
        let rows: String = (0..20_000)
            .map(|n| format!("A-{n},leak {}\n", n * 7919))
            .collect();
        let whole = packed(format!("Issue key,Summary\n{rows}").as_bytes());
        let mut count = 0;
        let half = Cursor::new(&whole[..whole.len() / 2]);
        let read = read("t.csv.gz", half, &mut |_| count += 1, &mut Notes::default());
        assert!(matches!(read, Err(SkipReason::BrokenTickets { .. })));
        assert!((1..20_000).contains(&count));
    }
}
