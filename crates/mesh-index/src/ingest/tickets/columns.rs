//! The header of a table of tickets: which column is which field.

use super::date::Order;
use super::draft::Draft;
use super::names::{self, Column};
use super::row::Row;
use crate::ingest::notes::Notes;
use crate::record::Ticket;

/// What each column is; several of one name are several values.
#[derive(Debug)]
pub(super) struct Columns(Vec<Head>);

#[derive(Debug)]
pub(super) struct Head {
    name: String,
    column: Option<Column>,
}

impl Columns {
    /// `None` where these do not head tickets.
    pub(super) fn of(heads: Vec<Head>) -> Option<Self> {
        let columns = Self(heads);
        let has = |column| columns.places(column).next().is_some();
        (has(Column::Key) && has(Column::Summary)).then_some(columns)
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn column(&self, at: usize) -> Option<Column> {
        self.0.get(at)?.column
    }

    pub(super) fn places(&self, column: Column) -> impl Iterator<Item = usize> {
        let heads = self.0.iter().enumerate();
        heads
            .filter(move |(_, head)| head.column == Some(column))
            .map(|(at, _)| at)
    }

    pub(super) fn learn(&self, row: &Row<'_>, order: &mut Order) {
        for column in [Column::Created, Column::Updated] {
            self.places(column).for_each(|at| order.learn(row.cell(at)));
        }
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
        let draft = self.draft(path, row);
        if !draft.has_key() && !draft.has_summary() {
            notes.remark(row.place.clone(), "row without an issue key", first);
            return None;
        }
        draft.finish(order, notes)
    }

    fn draft(&self, path: &str, row: &Row<'_>) -> Draft {
        let mut draft = Draft::new(path, row.number, row.place.clone());
        for at in 0..row.len() {
            let value = row.cell(at);
            match self.0.get(at) {
                Some(head) => match head.column {
                    Some(column) => draft.put(column, &head.name, value),
                    None if has_words(value) => draft.field(&head.name, value),
                    None => {}
                },
                None if has_words(value) => draft.field(&numbered(at), value),
                None => {}
            }
        }
        draft
    }
}

impl Head {
    /// `at` counts from 0.
    pub(super) fn named(at: usize, name: &str) -> Self {
        let name = name.trim();
        let column = names::column(name);
        let name = match names::custom(name).unwrap_or(name) {
            "" => numbered(at),
            name => name.to_owned(),
        };
        Self { name, column }
    }

    /// A column that also has the tracker's own id, which is the same in every language.
    pub(super) fn with_id(at: usize, name: &str, id: &str) -> Self {
        let head = Self::named(at, name);
        Self {
            column: names::column(id).or(head.column.filter(|_| id.is_empty())),
            ..head
        }
    }
}

fn numbered(at: usize) -> String {
    format!("column {}", at + 1)
}

fn has_words(value: &str) -> bool {
    value.chars().any(char::is_alphanumeric)
}
