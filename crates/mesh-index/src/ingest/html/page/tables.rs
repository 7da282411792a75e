//! Tables of a page, and those that only set a sign beside a note.

use super::{Mode, Page};
use crate::ingest::html::tag::Tag;
use crate::ingest::table::Tables;

/// The first cell of a table in a note, as far as it is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sign {
    /// We are in none, or it has words.
    #[default]
    Absent,
    Awaited,
    /// It has a picture and nothing else.
    Seen,
}

impl Page<'_> {
    /// A block begins or ends: inside a table that is a new line, elsewhere a new paragraph.
    pub(super) fn block(&mut self) {
        if self.is_in_table() {
            self.tables.line(&mut self.text);
        } else {
            self.flush();
        }
    }

    pub(super) fn row(&mut self) {
        self.leave_sign();
        if self.is_in_table() {
            self.tables.row(&mut self.text);
        } else {
            self.flush();
        }
    }

    pub(super) fn cell(&mut self, tag: &Tag) {
        self.leave_sign();
        if !self.is_in_table() {
            self.flush();
        }
        self.tables.cell(&mut self.text);
        let (columns, rows) = tag.span();
        self.tables.span(columns, rows);
    }

    pub(super) fn open_table(&mut self) {
        self.block();
        self.await_sign();
        self.tables.open(&self.text);
    }

    pub(super) fn close_table(&mut self) {
        if self.mode != Mode::Body {
            self.flush();
        }
        if self.tables.close(&mut self.text) {
            self.flush();
        }
    }

    /// Headings and terms are no part of the rows that they stand in.
    pub(super) fn is_in_table(&self) -> bool {
        self.tables.are_open() && self.mode == Mode::Body
    }

    pub(super) fn item(&mut self) {
        self.block();
        if !self.tables.are_open() && !self.open.is_inner_list() {
            self.outline.entry();
        }
    }

    /// A table begins, and has not been opened yet.
    fn await_sign(&mut self) {
        let is_of_note = self.open.is_aside() && !self.tables.are_open();
        self.sign = if is_of_note {
            Sign::Awaited
        } else {
            Sign::Absent
        };
    }

    /// Another cell or row: a table whose first cell is a sign is there for its looks, and the rest of it is the note.
    fn leave_sign(&mut self) {
        if self.sign == Sign::Seen {
            self.tables = Tables::default();
            self.flush();
        }
    }
}
