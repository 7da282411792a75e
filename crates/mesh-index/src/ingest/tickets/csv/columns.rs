//! The header: which column is which field of a ticket.

use ::csv::ByteRecord;

use super::names::{self, Column};
use super::row::{Row, decoded};
use crate::ingest::notes::{Notes, Place};
use crate::ingest::skip::SkipReason;
use crate::ingest::tickets::date::{self, Order};
use crate::ingest::tickets::project_of;
use crate::record::{Ticket, TicketField};

/// Where each field stands; several columns of one name are several values.
#[derive(Debug)]
pub(super) struct Columns {
    header: Vec<Head>,
    delimiter: char,
}

#[derive(Debug)]
struct Head {
    name: String,
    column: Option<Column>,
}

impl Columns {
    /// `None` where the row does not head tickets.
    pub(super) fn of(header: &ByteRecord, delimiter: u8) -> Option<Self> {
        let cells = header.iter().enumerate();
        let columns = Self {
            header: cells
                .map(|(at, name)| Head::of(at, &decoded(name)))
                .collect(),
            delimiter: char::from(delimiter),
        };
        let has = |column| !columns.places(column).is_empty();
        (has(Column::Key) && has(Column::Summary)).then_some(columns)
    }

    pub(super) fn count(&self) -> usize {
        self.header.len()
    }

    fn places(&self, column: Column) -> Vec<usize> {
        let heads = self.header.iter().enumerate();
        heads
            .filter(|(_, head)| head.column == Some(column))
            .map(|(at, _)| at)
            .collect()
    }

    pub(super) fn dates(&self, row: &Row<'_>) -> [String; 2] {
        [Column::Created, Column::Updated].map(|column| row.one(&self.places(column)))
    }

    /// An empty row is padding; any other that has no key is told.
    pub(super) fn ticket(
        &self,
        path: &str,
        row: &Row<'_>,
        order: &Order,
        notes: &mut Notes,
    ) -> Option<Ticket> {
        let first = row.first()?;
        let place = Place::Line(row.line.into());
        let key = row.one(&self.places(Column::Key));
        let summary = row.one(&self.places(Column::Summary));
        if self.holds_rows(row) {
            let line = row.line.into();
            notes.skip(place, SkipReason::BrokenTickets { line });
            return None;
        }
        if key.is_empty() && summary.is_empty() {
            notes.remark(place, "row without an issue key", first);
            return None;
        }
        if key.is_empty() {
            notes.skip(place, SkipReason::NoIssueKey);
            return None;
        }
        Some(self.filled(path, key, summary, row, order, notes))
    }

    fn filled(
        &self,
        path: &str,
        key: String,
        summary: String,
        row: &Row<'_>,
        order: &Order,
        notes: &mut Notes,
    ) -> Ticket {
        let one = |column| row.one(&self.places(column));
        let all = |column| row.all(&self.places(column));
        let mut fields = self.fields(row);
        let mut date = |column| {
            let text = one(column);
            let date = date::noted(&text, order, Place::Line(row.line.into()), notes);
            if date.is_empty() && !text.is_empty() {
                let name = self.header[self.places(column)[0]].name.clone();
                fields.push(TicketField { name, value: text });
            }
            date
        };
        let (created, updated) = (date(Column::Created), date(Column::Updated));
        let project = match one(Column::Project).to_ascii_uppercase() {
            project if project.is_empty() => project_of(&key),
            project => project,
        };
        Ticket {
            key,
            summary,
            description: one(Column::Description),
            status: one(Column::Status),
            priority: one(Column::Priority),
            project,
            issue_type: one(Column::Type),
            assignee: one(Column::Assignee),
            reporter: one(Column::Reporter),
            labels: all(Column::Labels),
            components: all(Column::Components),
            created,
            updated,
            comments: all(Column::Comment),
            fields,
            path: path.to_owned(),
            line: row.line,
        }
    }

    /// All that has no place of its own, cells beyond the header included.
    fn fields(&self, row: &Row<'_>) -> Vec<TicketField> {
        let places = (0..row.len()).filter(|at| {
            let head = self.header.get(*at);
            head.is_none_or(|head| head.column.is_none()) && has_words(row.cell(*at))
        });
        places
            .map(|at| TicketField {
                name: self
                    .header
                    .get(at)
                    .map_or_else(|| numbered(at), |head| head.name.clone()),
                value: row.cell(at).replace("\r\n", "\n"),
            })
            .collect()
    }

    /// Whether a quote that was not closed in its own row took in others: a line within a cell is a row then, with a key.
    fn holds_rows(&self, row: &Row<'_>) -> bool {
        let keys = self.places(Column::Key);
        row.inner_lines().any(|line| {
            let cells: Vec<&str> = line.split(self.delimiter).collect();
            let is_row = cells.len() >= self.count() && self.count() > 2;
            is_row
                && keys
                    .iter()
                    .any(|at| is_key(cells[*at].trim_matches(['"', ' '])))
        })
    }
}

impl Head {
    fn of(at: usize, name: &str) -> Self {
        let name = name.trim();
        let column = names::column(name);
        let name = match names::custom(name).unwrap_or(name) {
            "" => numbered(at),
            name => name.to_owned(),
        };
        Self { name, column }
    }
}

fn numbered(at: usize) -> String {
    format!("column {}", at + 1)
}

fn has_words(value: &str) -> bool {
    value.chars().any(char::is_alphanumeric)
}

/// `AB-12`.
fn is_key(text: &str) -> bool {
    let Some((project, number)) = text.rsplit_once('-') else {
        return false;
    };
    let in_project = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        && project.starts_with(|c: char| c.is_ascii_alphabetic())
        && project.chars().all(in_project)
}
