//! Rows within a row: what a quote takes in that is not closed in its own row.

use crate::ingest::tickets::columns::Columns;
use crate::ingest::tickets::names::{self, Column};
use crate::ingest::tickets::row::Row;

/// Whether a line within a cell is a row, with a key.
pub(super) fn has_rows(columns: &Columns, delimiter: u8, row: &Row<'_>) -> bool {
    let keys: Vec<usize> = columns.places(Column::Key).collect();
    let mut lines = row.cells().flat_map(|cell| cell.lines().skip(1));
    lines.any(|line| {
        let cells: Vec<&str> = line.split(char::from(delimiter)).collect();
        let is_row = cells.len() >= columns.count() && columns.count() > 2;
        let is_key = |at: &usize| names::is_key(cells[*at].trim_matches(['"', ' ']));
        is_row && keys.iter().any(is_key)
    })
}
