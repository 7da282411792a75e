//! Jira's CSV export: columns are known by name, and one name may head several.

use std::borrow::Cow;
use std::io::BufRead;

use ::csv::{ByteRecord, ReaderBuilder};
use encoding_rs::WINDOWS_1252;

use super::bounded::{Allowance, Bounded};
use super::{date, project_of};
use crate::ingest::lines::clamp;
use crate::ingest::notes::{Notes, Place};
use crate::ingest::skip::SkipReason;
use crate::record::Ticket;

pub(super) fn read(
    path: &str,
    mut input: impl BufRead,
    emit: &mut dyn FnMut(Ticket),
    notes: &mut Notes,
) -> Result<(), SkipReason> {
    let delimiter = delimiter(input.fill_buf().unwrap_or_default());
    let allowance = Allowance::new();
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(Bounded::new(input, &allowance));
    let columns = reader
        .byte_headers()
        .map(Columns::of)
        .map_err(|_| SkipReason::NotTickets)?;
    if columns.key.is_empty() || columns.summary.is_empty() {
        return Err(SkipReason::NotTickets);
    }
    let mut row = ByteRecord::new();
    loop {
        let line = reader.position().line();
        allowance.renew();
        match reader.read_byte_record(&mut row) {
            Ok(true) => columns
                .ticket(path, &row, notes)
                .into_iter()
                .for_each(&mut *emit),
            Ok(false) => return Ok(()),
            Err(_) => return Err(SkipReason::BrokenTickets { line }),
        }
    }
}

/// The one that occurs most in the first line: exports from spreadsheets use semicolons or tabs.
fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(count)
        .unwrap_or(b',')
}

/// Where each field stands; several columns of one name are several values.
#[derive(Debug, Default)]
struct Columns {
    key: Vec<usize>,
    summary: Vec<usize>,
    description: Vec<usize>,
    status: Vec<usize>,
    priority: Vec<usize>,
    project: Vec<usize>,
    issue_type: Vec<usize>,
    assignee: Vec<usize>,
    reporter: Vec<usize>,
    labels: Vec<usize>,
    components: Vec<usize>,
    created: Vec<usize>,
    updated: Vec<usize>,
    comments: Vec<usize>,
}

impl Columns {
    fn of(header: &ByteRecord) -> Self {
        let mut columns = Self::default();
        for (at, name) in header.iter().enumerate() {
            let name = decoded(name).trim().to_lowercase();
            if let Some(places) = columns.places(&name) {
                places.push(at);
            }
        }
        columns
    }

    fn places(&mut self, name: &str) -> Option<&mut Vec<usize>> {
        Some(match name {
            "issue key" | "key" => &mut self.key,
            "summary" => &mut self.summary,
            "description" => &mut self.description,
            "status" => &mut self.status,
            "priority" => &mut self.priority,
            "project key" => &mut self.project,
            "issue type" | "issuetype" | "type" => &mut self.issue_type,
            "assignee" => &mut self.assignee,
            "reporter" => &mut self.reporter,
            "labels" | "label" => &mut self.labels,
            "component/s" | "components" | "component" => &mut self.components,
            "created" => &mut self.created,
            "updated" => &mut self.updated,
            "comment" | "comments" => &mut self.comments,
            _ => return None,
        })
    }

    /// A row without a key is padding.
    fn ticket(&self, path: &str, row: &ByteRecord, notes: &mut Notes) -> Option<Ticket> {
        let row = Row::of(row);
        let key = row.one(&self.key);
        if key.is_empty() {
            return None;
        }
        let mut date =
            |column: &[usize]| date::noted(&row.one(column), Place::Line(row.line.into()), notes);
        let (created, updated) = (date(&self.created), date(&self.updated));
        let project = row.one(&self.project).to_ascii_uppercase();
        Some(Ticket {
            project: if project.is_empty() {
                project_of(&key)
            } else {
                project
            },
            key,
            summary: row.one(&self.summary),
            description: row.one(&self.description),
            status: row.one(&self.status),
            priority: row.one(&self.priority),
            issue_type: row.one(&self.issue_type),
            assignee: row.one(&self.assignee),
            reporter: row.one(&self.reporter),
            labels: row.all(&self.labels),
            components: row.all(&self.components),
            created,
            updated,
            comments: row.all(&self.comments),
            path: path.to_owned(),
            line: row.line,
        })
    }
}

struct Row<'a> {
    fields: Vec<Cow<'a, str>>,
    line: u32,
}

impl<'a> Row<'a> {
    fn of(row: &'a ByteRecord) -> Self {
        let line = row.position().map_or(0, ::csv::Position::line);
        Self {
            fields: row.iter().map(decoded).collect(),
            line: clamp(usize::try_from(line).unwrap_or(usize::MAX)),
        }
    }

    fn all(&self, places: &[usize]) -> Vec<String> {
        places
            .iter()
            .filter_map(|at| self.fields.get(*at))
            .map(|field| field.trim().replace("\r\n", "\n"))
            .filter(|field| !field.is_empty())
            .collect()
    }

    fn one(&self, places: &[usize]) -> String {
        self.all(places).into_iter().next().unwrap_or_default()
    }
}

/// UTF-8, else what spreadsheets write instead; that has a character for every byte.
fn decoded(field: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(field) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(field).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: impl AsRef<[u8]>) -> Result<Vec<Ticket>, SkipReason> {
        let mut tickets = Vec::new();
        let mut keep = |ticket| tickets.push(ticket);
        crate::ingest::tickets::read("t.csv", source.as_ref(), &mut keep, &mut Notes::default())
            .map(|()| tickets)
    }

    #[test]
    fn columns_of_one_name_are_values_of_one_field() {
        let tickets = check(
            "\u{feff}Summary,Issue key,Issue Type,Status,Labels,Labels,Created,Description,Comment,Comment\n\
             \"Fix, now\",AB-1,Bug,Open,red,blue,15/Jan/24 10:30 AM,\"two\nlines\",first,\n\
             Second,AB-2,Task,Done,,,never,,,\n",
        )
        .expect("an export");
        assert_eq!(tickets.len(), 2);
        assert_eq!(
            (tickets[0].key.as_str(), tickets[0].project.as_str()),
            ("AB-1", "AB")
        );
        assert_eq!(tickets[0].summary, "Fix, now");
        assert_eq!(tickets[0].description, "two\nlines");
        assert_eq!(tickets[0].labels, ["red", "blue"]);
        assert_eq!(tickets[0].comments, ["first"]);
        assert_eq!(tickets[0].created, "2024-01-15T10:30:00Z");
        assert_eq!((tickets[0].line, tickets[1].line), (2, 4));
        assert_eq!(tickets[1].created, "");
    }

    #[test]
    fn semicolons_are_understood() {
        let tickets = check("Issue key;Summary\nX-1;\"a;b\"\n").expect("an export");
        assert_eq!(tickets[0].summary, "a;b");
    }

    #[test]
    fn other_tables_are_refused() {
        assert_eq!(check("name,age\nada,36\n"), Err(SkipReason::NotTickets));
        assert_eq!(check(""), Err(SkipReason::NotTickets));
    }

    #[test]
    fn a_field_of_another_encoding_costs_no_ticket() {
        let tickets = check(b"Issue key,Summary\nA-1,Caf\xE9 \x80\nA-2,caf\xC3\xA9\nA-3,tea\n");
        let tickets = tickets.expect("an export");
        let summaries: Vec<_> = tickets.iter().map(|ticket| &ticket.summary[..]).collect();
        assert_eq!(summaries, ["Caf\u{e9} \u{20ac}", "caf\u{e9}", "tea"]);
    }

    #[test]
    fn an_export_in_utf_16_is_read() {
        let text = "\u{feff}Issue key\tSummary\r\nA-1\tCaf\u{e9} \u{1f600}\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [little, big] {
            let tickets = check(bytes).expect("an export");
            assert_eq!(tickets.len(), 1);
            assert_eq!(tickets[0].summary, "Caf\u{e9} \u{1f600}");
        }
    }
}
