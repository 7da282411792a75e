//! A ticket in the making. Whatever an export is written in, each value goes to the place of its column, and one that has no
//! place, or comes second to it, becomes a field.

use super::date::{self, Order};
use super::names::Column;
use crate::ingest::lines::clamp;
use crate::ingest::notes::{Notes, Place};
use crate::ingest::skip::SkipReason;
use crate::record::{Ticket, TicketField};

#[derive(Debug)]
pub(super) struct Draft {
    /// Its dates are as the export writes them.
    ticket: Ticket,
    /// What the export calls its dates.
    created: String,
    updated: String,
    place: Place,
}

impl Draft {
    /// `number` is the line or the ordinal within the export, from 1.
    pub(super) fn new(path: &str, number: u64, place: Place) -> Self {
        Self {
            ticket: Ticket {
                path: path.to_owned(),
                line: clamp(usize::try_from(number).unwrap_or(usize::MAX)),
                ..Ticket::default()
            },
            created: String::new(),
            updated: String::new(),
            place,
        }
    }

    /// `name` is what the export calls the column.
    pub(super) fn put(&mut self, column: Column, name: &str, value: &str) {
        let value = value.trim().replace("\r\n", "\n");
        if value.is_empty() {
            return;
        }
        let ticket = &mut self.ticket;
        let one = match column {
            Column::Labels => return ticket.labels.extend(lines(&value)),
            Column::Components => return ticket.components.extend(lines(&value)),
            Column::Comment => return ticket.comments.push(value),
            Column::Key => &mut ticket.key,
            Column::Summary => &mut ticket.summary,
            Column::Description => &mut ticket.description,
            Column::Status => &mut ticket.status,
            Column::Priority => &mut ticket.priority,
            Column::Project => &mut ticket.project,
            Column::Type => &mut ticket.issue_type,
            Column::Assignee => &mut ticket.assignee,
            Column::Reporter => &mut ticket.reporter,
            Column::Created => called(&mut self.created, name, &mut ticket.created),
            Column::Updated => called(&mut self.updated, name, &mut ticket.updated),
        };
        if one.is_empty() {
            *one = value;
        } else if *one != value {
            self.field(name, &value);
        }
    }

    pub(super) fn field(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.ticket.fields.push(TicketField {
                name: name.to_owned(),
                value: value.replace("\r\n", "\n"),
            });
        }
    }

    pub(super) fn key(&self) -> &str {
        &self.ticket.key
    }

    pub(super) fn has_key(&self) -> bool {
        !self.ticket.key.is_empty()
    }

    pub(super) fn has_summary(&self) -> bool {
        !self.ticket.summary.is_empty()
    }

    /// `None`, and told, where it has no key.
    pub(super) fn finish(mut self, order: &Order, notes: &mut Notes) -> Option<Ticket> {
        if !self.has_key() {
            notes.skip(self.place, SkipReason::NoIssueKey);
            return None;
        }
        let names = [&self.created, &self.updated];
        let dates = [&mut self.ticket.created, &mut self.ticket.updated];
        for (name, date) in names.into_iter().zip(dates) {
            let understood = date::noted(date, order, self.place.clone(), notes);
            let text = std::mem::replace(date, understood);
            if date.is_empty() && !text.is_empty() {
                self.ticket.fields.push(TicketField {
                    name: name.clone(),
                    value: text,
                });
            }
        }
        let project = &mut self.ticket.project;
        if project.is_empty() {
            let key = &self.ticket.key;
            let end = key.rfind('-').unwrap_or(key.len());
            key[..end].clone_into(project);
        }
        *project = project.to_ascii_uppercase();
        Some(self.ticket)
    }
}

fn lines(value: &str) -> impl Iterator<Item = String> {
    let lines = value.lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).map(str::to_owned)
}

/// The place of a date, which keeps its name while it is empty.
fn called<'a>(kept: &mut String, name: &str, date: &'a mut String) -> &'a mut String {
    if date.is_empty() {
        name.clone_into(kept);
    }
    date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_comes_second_is_a_field_and_one_said_twice_is_not() {
        let mut draft = Draft::new("t.csv", 7, Place::Line(7));
        draft.put(Column::Key, "Key", "ab-1");
        draft.put(Column::Status, "Status", "Open");
        draft.put(Column::Status, "Status", "Open");
        draft.put(Column::Status, "Zustand", "Waiting");
        draft.put(Column::Labels, "Labels", "red");
        draft.put(Column::Labels, "Labels", "blue");
        draft.put(Column::Updated, "Changed", "soon");
        let ticket = draft.finish(&Order::default(), &mut Notes::default());
        let ticket = ticket.expect("it has a key");
        assert_eq!(
            (&*ticket.status, &*ticket.project, ticket.line),
            ("Open", "AB", 7)
        );
        assert_eq!(ticket.labels, ["red", "blue"]);
        let fields: Vec<_> = ticket
            .fields
            .iter()
            .map(|field| (&*field.name, &*field.value))
            .collect();
        assert_eq!(fields, [("Zustand", "Waiting"), ("Changed", "soon")]);
    }

    #[test]
    fn a_ticket_without_a_key_is_told() {
        let mut notes = Notes::default();
        let draft = Draft::new("t.csv", 7, Place::Line(7));
        assert_eq!(draft.finish(&Order::default(), &mut notes), None);
        assert_eq!(notes.skipped(), 1);
    }
}
