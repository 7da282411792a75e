//! A list of issues as a workbook: a sheet with a header of tickets. What is on other sheets is no ticket.

use std::borrow::Cow;
use std::io::{BufRead, Seek};

use super::columns::{Columns, Head};
use super::date::Order;
use super::input::Input;
use super::row::Row;
use crate::ingest::notes::Notes;
use crate::ingest::office::sheets::{self, Sheet};
use crate::ingest::packed::bounded;
use crate::ingest::skip::SkipReason;
use crate::record::Ticket;

/// A title and who made it may stand above the header.
const MAX_ROWS_ABOVE: usize = 10;

pub(super) fn read<R: BufRead + Seek>(
    path: &str,
    input: &mut Input<R>,
    emit: &mut dyn FnMut(Ticket),
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let bytes = bounded(input.open()?, SkipReason::NotTickets)?;
    let mut is_found = false;
    for sheet in sheets::read(&bytes)? {
        let Some((at, columns)) = header(&sheet) else {
            continue;
        };
        is_found = true;
        let rows = || sheet.rows[at + 1..].iter().map(row);
        let mut order = Order::default();
        rows().for_each(|row| columns.learn(&row, &mut order));
        let tickets = rows().filter_map(|row| columns.ticket(path, &row, &order, notes));
        tickets.for_each(&mut *emit);
    }
    is_found.then_some(()).ok_or(SkipReason::NotTickets)
}

fn header(sheet: &Sheet) -> Option<(usize, Columns)> {
    let rows = sheet.rows.iter().enumerate().take(MAX_ROWS_ABOVE);
    let mut headers = rows.filter_map(|(at, (_, cells))| {
        let heads = cells.iter().enumerate();
        let heads = heads.map(|(at, name)| Head::named(at, name));
        Some((at, Columns::of(heads.collect())?))
    });
    headers.next()
}

fn row((number, cells): &(u32, Vec<String>)) -> Row<'_> {
    let cells = cells.iter().map(|cell| Cow::Borrowed(cell.as_str()));
    Row::nth(cells.collect(), u64::from(*number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::office::sheets::tests::workbook;
    use crate::ingest::tickets::tests::all;

    fn check(rows: &str) -> (Result<(), SkipReason>, Vec<Ticket>) {
        let (read, tickets, _) = all("t.xlsx", workbook(rows));
        (read, tickets)
    }

    #[test]
    fn a_sheet_of_issues_is_read_and_its_dates_are_days_since_1900() {
        let (read, tickets) = check(
            "<row r='1'><c r='A1' t='inlineStr'><is><t>Jira</t></is></c></row>\
             <row r='3'><c r='A3' t='s'><v>0</v></c><c r='B3' t='s'><v>1</v></c><c r='C3' t='str'><v>Created</v></c><c r='D3' t='str'><v>Points</v></c></row>\
             <row r='4'><c r='A4' t='str'><v>AB-1</v></c><c r='B4' t='str'><v>Leak</v></c><c r='C4'><v>45306.4375</v></c><c r='D4'><v>5</v></c></row>\
             <row r='5'><c r='A5' t='str'><v>AB-2</v></c><c r='B5' t='str'><v>Rust</v></c><c r='C5'><v>45307</v></c></row>",
        );
        assert_eq!(read, Ok(()));
        let seen: Vec<_> = tickets
            .iter()
            .map(|it| (&*it.key, &*it.summary, &*it.created, it.line))
            .collect();
        assert_eq!(
            seen,
            [
                ("AB-1", "Leak", "2024-01-15T10:30:00Z", 4),
                ("AB-2", "Rust", "2024-01-16T00:00:00Z", 5),
            ]
        );
        assert_eq!(tickets[0].fields[0].name, "Points");
    }

    #[test]
    fn a_workbook_of_something_else_is_refused() {
        let (read, _) = check("<row r='1'><c t='str'><v>Name</v></c></row>");
        assert_eq!(read, Err(SkipReason::NotTickets));
    }
}
