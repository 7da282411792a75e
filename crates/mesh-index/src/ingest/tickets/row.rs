use std::borrow::Cow;

use crate::ingest::notes::Place;

/// A row of a table of tickets.
#[derive(Debug)]
pub(super) struct Row<'a> {
    cells: Vec<Cow<'a, str>>,
    /// The line or the ordinal within the export, from 1.
    pub(super) number: u64,
    pub(super) place: Place,
}

impl<'a> Row<'a> {
    pub(super) fn at_line(cells: Vec<Cow<'a, str>>, line: u64) -> Self {
        Self {
            cells,
            number: line,
            place: Place::Line(line),
        }
    }

    pub(super) fn nth(cells: Vec<Cow<'a, str>>, number: u64) -> Self {
        Self {
            cells,
            number,
            place: Place::Nth("row".into(), number),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Without white space around it; empty where the row is shorter.
    pub(super) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", |cell| cell.trim())
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| cell.trim())
    }

    /// The first value there is.
    pub(super) fn first(&self) -> Option<&str> {
        self.cells().find(|cell| !cell.is_empty())
    }
}
