//! Jira's exports that are pages: the list of issues as HTML, which it also gives as `.xls`, and the printed issues, which it
//! also gives as `.doc`.

mod printed;

use std::borrow::Cow;
use std::io::{BufRead, Read, Seek};

use self::printed::Printed;
use super::columns::{Columns, Head};
use super::date::Order;
use super::input::Input;
use super::names::Column;
use super::row::Row;
use crate::ingest::decode;
use crate::ingest::html::{self, Cell};
use crate::ingest::notes::Notes;
use crate::ingest::packed::bounded;
use crate::ingest::skip::SkipReason;
use crate::record::Ticket;

/// A feed or a page says what it is in its beginning.
const HEAD_BYTES: u64 = 8 * 1024;

/// Whether what begins with a tag is a page, and no feed.
pub(super) fn is_page(input: &mut dyn BufRead) -> Result<bool, SkipReason> {
    let mut head = Vec::new();
    let mut input = input.take(HEAD_BYTES);
    input
        .read_to_end(&mut head)
        .map_err(|error| SkipReason::from(&error))?;
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let at = |tag| head.find(tag).unwrap_or(usize::MAX);
    let page = ["<!doctype html", "<html", "<head", "<body", "<table"].map(at);
    let page = page.into_iter().min().unwrap_or(usize::MAX);
    Ok(page < at("<rss").min(at("<channel")))
}

/// Reads the page twice: only all of its dates tell how each is meant.
pub(super) fn read<R: BufRead + Seek>(
    path: &str,
    input: &mut Input<R>,
    emit: &mut dyn FnMut(Ticket),
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let bytes = bounded(input.open()?, SkipReason::NotTickets)?;
    let html = decode::html(&bytes)?;
    let mut order = Order::default();
    let mut list = List::default();
    html::rows(&html, &mut |cells| {
        if let Some((columns, row)) = list.row(cells) {
            columns.learn(&row, &mut order);
        }
    });
    if list.columns.is_none() {
        return Printed::read(path, &html, emit, notes);
    }
    let mut list = List::default();
    html::rows(&html, &mut |cells| {
        if let Some((columns, row)) = list.row(cells) {
            let ticket = columns.ticket(path, &row, &order, notes);
            ticket.into_iter().for_each(&mut *emit);
        }
    });
    Ok(())
}

/// A table below a header of tickets. Larger lists come in several, each with a header.
#[derive(Debug, Default)]
struct List {
    columns: Option<Columns>,
    count: u64,
}

impl List {
    fn row(&mut self, cells: Vec<Cell>) -> Option<(&Columns, Row<'static>)> {
        let heads = cells.iter().enumerate();
        let heads = heads.map(|(at, cell)| Head::with_id(at, &cell.text, &cell.field));
        if let Some(columns) = Columns::of(heads.collect()) {
            self.columns = Some(columns);
            return None;
        }
        let columns = self.columns.as_ref()?;
        // What stands around the list is no row of it.
        if cells.len() < 2 {
            return None;
        }
        self.count += 1;
        let cells = cells.into_iter().enumerate();
        let cells = cells.map(|(at, cell)| Cow::Owned(value(columns.column(at), cell)));
        Some((columns, Row::nth(cells.collect(), self.count)))
    }
}

fn value(column: Option<Column>, cell: Cell) -> String {
    match column {
        Some(Column::Created | Column::Updated) if !cell.date.is_empty() => cell.date,
        // The values of a list stand in one cell.
        Some(Column::Components | Column::Labels) => cell.text.replace(", ", "\n"),
        _ => cell.text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tickets::tests::{all, field};

    fn check(source: &str) -> (Result<(), SkipReason>, Vec<Ticket>, Notes) {
        all("t.xls", source)
    }

    #[test]
    fn a_list_is_read_by_its_columns_ids_in_any_language() {
        let (read, tickets, notes) = check(
            "<html><head><style>td{}</style></head><body><table border=1><tr><td colspan=7><a href=x>Jira</a></td></tr></table>\
             <table id=\"issuetable\"><thead><tr class=\"rowHeader\"><th data-id=\"issuekey\">Vastus</th><th data-id=\"summary\">Aihe</th>\
             <th data-id=\"status\">Tila</th><th data-id=\"created\">Luotu</th><th data-id=\"labels\">Tunnisteet</th>\
             <th data-id=\"components\">Osat</th><th data-id=\"customfield_7\">Status</th><th data-id=\"description\">Kuvaus</th></tr></thead><tbody>\
             <tr class=\"issuerow\"><td class=\"issuekey\"><a href=\"/browse/AB-1\">AB-1</a></td><td class=\"summary\"><p>Leak &amp; drip</p></td>\
             <td><img src=x alt=\"\"> Open</td><td> 13/Jan/24 11:26 AM </td><td><ul><li>oil</li><li>hot</li></ul></td><td><a>Valve</a>, <a>Seal</a></td>\
             <td>green</td><td>It <b>leaks</b>.<br/>Oil.<table><tr><td>a</td><td>b</td></tr></table></td></tr>\
             <tr class=\"issuerow\"><td>AB-2</td><td>Rust</td><td>Done</td><td>&nbsp;</td><td></td><td></td><td></td><td></td></tr>\
             </tbody></table><p>made by Jira</p></body></html>",
        );
        assert_eq!(read, Ok(()));
        assert!(notes.is_empty());
        let first = Ticket {
            key: "AB-1".to_owned(),
            summary: "Leak & drip".to_owned(),
            status: "Open".to_owned(),
            project: "AB".to_owned(),
            created: "2024-01-13T11:26:00Z".to_owned(),
            labels: vec!["oil".to_owned(), "hot".to_owned()],
            components: vec!["Valve".to_owned(), "Seal".to_owned()],
            description: "It leaks.\nOil.\na b".to_owned(),
            fields: vec![field("Status", "green")],
            path: "t.xls".to_owned(),
            line: 1,
            ..Ticket::default()
        };
        assert_eq!(tickets[0], first);
        assert_eq!((&*tickets[1].summary, tickets.len()), ("Rust", 2));
    }

    #[test]
    fn a_list_without_ids_is_read_by_its_columns_names() {
        let (read, tickets, notes) = check(
            "<table><tr><td>Clé</td><td>Résumé</td><td>Création</td><td>Équipe</td></tr>\
             <tr><td>AB-1</td><td>Fuite</td><td>25/12/23 9:00</td><td>Loutres</td></tr>\
             <tr><td>AB-2</td><td>Rouille</td><td>03/04/24 9:00</td></tr>\
             <tr><td></td><td>orphan</td><td></td><td></td></tr></table>",
        );
        assert_eq!(read, Ok(()));
        assert_eq!(tickets.len(), 2);
        assert_eq!(tickets[0].fields, [field("Équipe", "Loutres")]);
        assert_eq!(notes.skipped(), 1);
    }

    #[test]
    fn the_second_date_tells_how_the_first_is_meant() {
        let (_, tickets, _) = check(
            "<table><tr><td>Key</td><td>Summary</td><td>Created</td></tr>\
             <tr><td>AB-1</td><td>a</td><td>03/04/24</td></tr><tr><td>AB-2</td><td>b</td><td>25/12/23</td></tr></table>",
        );
        assert_eq!(tickets[0].created, "2024-04-03T00:00:00Z");
    }

    #[test]
    fn other_pages_are_refused() {
        let page = "<!DOCTYPE html><html><table><tr><td>Name</td><td>Age</td></tr></table></html>";
        assert_eq!(check(page).0, Err(SkipReason::NotTickets));
    }
}
