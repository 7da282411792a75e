//! The tables of a page as rows of cells, whatever they are for. A table within a cell is a part of its text.

use super::plain::Plain;
use super::tag::Tag;
use super::{Sink, tokens};

#[derive(Debug, Default)]
pub(crate) struct Cell {
    pub(crate) id: String,
    /// What a tracker calls the column that this heads.
    pub(crate) field: String,
    /// The instant behind a time that the text gives for people.
    pub(crate) date: String,
    pub(crate) text: String,
}

/// Hands on every row that has cells.
pub(crate) fn rows(html: &str, take: &mut dyn FnMut(Vec<Cell>)) {
    let mut rows = Rows {
        take,
        cells: Vec::new(),
        open: None,
        nested: 0,
    };
    tokens(html, &mut rows);
    rows.end_row();
}

struct Rows<'a> {
    take: &'a mut dyn FnMut(Vec<Cell>),
    cells: Vec<Cell>,
    open: Option<(Cell, Plain)>,
    /// How many tables are open within the cell.
    nested: u32,
}

impl Rows<'_> {
    fn end_cell(&mut self) {
        if let Some((mut cell, plain)) = self.open.take() {
            plain.text.trim().clone_into(&mut cell.text);
            self.cells.push(cell);
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        if !self.cells.is_empty() {
            (self.take)(std::mem::take(&mut self.cells));
        }
    }
}

impl Sink for Rows<'_> {
    fn start(&mut self, tag: &Tag) {
        match &tag.name[..] {
            // The list of issues, wherever it stands in the page's layout.
            b"table" if tag.id() == "issuetable" => {
                self.nested = 0;
                self.end_row();
            }
            b"table" if self.open.is_some() => self.nested += 1,
            b"tr" if self.nested == 0 => return self.end_row(),
            b"td" | b"th" if self.nested == 0 => {
                self.end_cell();
                let cell = Cell {
                    id: tag.id().to_owned(),
                    field: tag.field().to_owned(),
                    ..Cell::default()
                };
                self.open = Some((cell, Plain::default()));
                return;
            }
            _ => {}
        }
        let Some((cell, plain)) = &mut self.open else {
            return;
        };
        if !tag.date().is_empty() {
            tag.date().clone_into(&mut cell.date);
        }
        if tag.has_class("subText") {
            plain.end_line();
        }
        // A picture beside a word says the same.
        if &tag.name[..] != b"img" || plain.text.is_empty() {
            plain.start(tag);
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"table" if self.nested > 0 => self.nested -= 1,
            b"table" | b"tr" if self.nested == 0 => return self.end_row(),
            b"td" | b"th" if self.nested == 0 => return self.end_cell(),
            _ => {}
        }
        if let Some((_, plain)) = &mut self.open {
            plain.end(name);
        }
    }

    fn text(&mut self, text: &str, offset: usize) {
        if let Some((_, plain)) = &mut self.open {
            plain.text(text, offset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_within_a_cell_is_a_part_of_its_text() {
        let mut seen = Vec::new();
        let html = "<p>before<table><tr><td><table id=issuetable><tr><th data-id=created>Created<th>Notes\
                    <tr><td><time datetime='2024-01-15T10:30+0000'>yesterday</time></td><td>see\
                    <table><tr><td>a<td>b<tr><td>c</table>after</td></tr></table></table>behind";
        rows(html, &mut |cells| {
            let cells = cells.into_iter();
            seen.push(
                cells
                    .map(|cell| (cell.field, cell.date, cell.text))
                    .collect::<Vec<_>>(),
            );
        });
        let cell = |field: &str, date: &str, text: &str| {
            (field.to_owned(), date.to_owned(), text.to_owned())
        };
        assert_eq!(
            seen,
            [
                vec![cell("", "", "")],
                vec![cell("created", "", "Created"), cell("", "", "Notes")],
                vec![
                    cell("", "2024-01-15T10:30+0000", "yesterday"),
                    cell("", "", "see\na b\nc\nafter")
                ],
            ]
        );
    }
}
