//! Rows of cells as lines of a text. A blank cell keeps its place among the others; at the end of a row it says nothing.

/// What stands between two cells.
pub(crate) const BETWEEN: &str = " | ";

/// Tables within tables deeper than this share a row.
const DEEPEST: usize = 32;

/// A cell that says it is wider than this is as wide as this, and what lies further right covers nothing below it.
const MAX_COLUMNS: usize = 64;

/// The tables that are open in a text as it is written, one in the other.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    depth: usize,
    rows: Vec<Row>,
}

#[derive(Clone, Debug, Default)]
struct Row {
    /// Places in the text: where it begins, where its last cell does, and where the last cell ends that is not blank.
    start: usize,
    cell: usize,
    filled: usize,
    has_cell: bool,
    /// How often [`BETWEEN`] was written, and the column of the next cell, from 0.
    marks: usize,
    column: usize,
    /// By column: how many of the next rows a cell above reaches into.
    covered: Vec<u32>,
}

impl Tables {
    pub(crate) fn are_open(&self) -> bool {
        self.depth > 0
    }

    pub(crate) fn open(&mut self, text: &str) {
        self.depth += 1;
        if self.rows.len() < DEEPEST {
            self.rows.push(Row::at(text.len()));
        }
    }

    /// Closes the innermost; tells whether that leaves none.
    pub(crate) fn close(&mut self, text: &mut String) -> bool {
        self.row(text);
        self.depth = self.depth.saturating_sub(1);
        self.rows.truncate(self.depth);
        self.depth == 0
    }

    /// A row begins or ends.
    pub(crate) fn row(&mut self, text: &mut String) {
        if let Some(row) = self.rows.last_mut() {
            row.end(text);
        }
    }

    pub(crate) fn cell(&mut self, text: &mut String) {
        if let Some(row) = self.rows.last_mut() {
            row.cell(text);
        }
    }

    /// The cell that has begun takes the room of several.
    pub(crate) fn span(&mut self, columns: usize, rows: u32) {
        if let Some(row) = self.rows.last_mut() {
            row.span(columns, rows);
        }
    }

    /// A cell of a table that may be there for its looks: only white space sets it apart.
    pub(crate) fn column(&mut self, text: &mut String) {
        let is_first = self.rows.last_mut().is_some_and(|row| {
            row.column += 1;
            !std::mem::replace(&mut row.has_cell, true)
        });
        if !is_first && !text.is_empty() && !text.ends_with([' ', '\n']) {
            text.push(' ');
        }
    }

    /// A new line, where the cell has words already.
    pub(crate) fn line(&mut self, text: &mut String) {
        if let Some(row) = self.rows.last() {
            end_line(text, row.cell);
        }
    }

    /// The text was taken, and begins anew.
    pub(crate) fn restart(&mut self) {
        for row in &mut self.rows {
            (row.start, row.cell, row.filled) = (0, 0, 0);
        }
    }
}

impl Row {
    fn at(place: usize) -> Self {
        Self {
            start: place,
            cell: place,
            filled: place,
            ..Self::default()
        }
    }

    fn cell(&mut self, text: &mut String) {
        if self.has_cell {
            self.end_cell(text);
        } else {
            self.end(text);
            self.has_cell = true;
        }
        while let Some(rows) = self.covered.get_mut(self.column).filter(|rows| **rows > 0) {
            *rows -= 1;
            self.column += 1;
        }
        for _ in self.marks..self.column {
            text.push_str(BETWEEN);
        }
        self.marks = self.column;
        self.column += 1;
        self.cell = text.len();
    }

    fn span(&mut self, columns: usize, rows: u32) {
        let first = self.column.saturating_sub(1);
        self.column = first + columns.clamp(1, MAX_COLUMNS);
        if rows > 1 && self.column <= MAX_COLUMNS {
            let count = self.covered.len().max(self.column);
            self.covered.resize(count, 0);
            self.covered[first..self.column].fill(rows - 1);
        }
    }

    fn end_cell(&mut self, text: &mut String) {
        let kept = text[self.cell..].trim_end().len();
        text.truncate(self.cell + kept);
        if kept > 0 {
            self.filled = text.len();
        }
    }

    fn end(&mut self, text: &mut String) {
        if self.has_cell {
            self.end_cell(text);
            text.truncate(self.filled);
            for rows in self.covered.iter_mut().skip(self.column) {
                *rows = rows.saturating_sub(1);
            }
        }
        end_line(text, self.start);
        *self = Self {
            covered: std::mem::take(&mut self.covered),
            ..Self::at(text.len())
        };
    }
}

fn end_line(text: &mut String, from: usize) {
    let kept = from + text[from..].trim_end_matches(' ').len();
    text.truncate(kept);
    if kept > from && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// A row as a line, where all its cells are there.
pub(crate) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let (mut line, mut blank) = (String::new(), 0);
    for (at, cell) in cells.into_iter().map(str::trim).enumerate() {
        if at > 0 {
            blank += 1;
        }
        if !cell.is_empty() {
            line.extend(std::iter::repeat_n(BETWEEN, blank));
            line.push_str(cell);
            blank = 0;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rows: &[&[&str]]) -> String {
        let (mut tables, mut text) = (Tables::default(), String::new());
        tables.open(&text);
        for row in rows {
            tables.row(&mut text);
            for cell in *row {
                tables.cell(&mut text);
                text.push_str(cell);
            }
        }
        assert!(tables.close(&mut text));
        text
    }

    #[test]
    fn a_blank_cell_keeps_its_place_but_at_the_end_of_a_row() {
        assert_eq!(
            written(&[&["a", "b", " "], &["", "c"], &["", ""], &["d", "", "e|"]]),
            "a | b\n | c\nd |  | e|\n"
        );
        assert_eq!(line(["a", " ", "b ", ""]), "a |  | b");
        assert_eq!(line(["", "a"]), " | a");
        assert_eq!(line(["", ""]), "");
    }

    #[test]
    fn a_cell_that_takes_the_room_of_several_moves_no_other() {
        let (mut tables, mut text) = (Tables::default(), String::new());
        tables.open(&text);
        let rows: [&[(&str, usize, u32)]; 4] = [
            &[("a", 1, 3), ("b", 2, 1), ("c", 1, 2)],
            &[("d", 1, 1), ("e", 1, 1)],
            &[("f", 1, 1), ("g", 1, 1), ("h", 1, 1)],
            &[("i", 9_999, 1), ("j", 1, 9)],
        ];
        for row in rows {
            tables.row(&mut text);
            for (words, columns, rows) in row {
                tables.cell(&mut text);
                tables.span(*columns, *rows);
                text.push_str(words);
            }
        }
        tables.close(&mut text);
        let last = format!("i{}j\n", BETWEEN.repeat(MAX_COLUMNS));
        assert_eq!(
            text,
            format!("a | b |  | c\n | d | e\n | f | g | h\n{last}")
        );
    }

    #[test]
    fn a_table_within_a_cell_leaves_the_outer_row_as_it_is() {
        let (mut tables, mut text) = (Tables::default(), String::new());
        tables.open(&text);
        tables.cell(&mut text);
        text.push('a');
        tables.cell(&mut text);
        tables.open(&text);
        for words in ["x", "y"] {
            tables.row(&mut text);
            tables.cell(&mut text);
            text.push_str(words);
            tables.cell(&mut text);
        }
        assert!(!tables.close(&mut text));
        tables.cell(&mut text);
        text.push('b');
        assert!(tables.close(&mut text));
        assert_eq!(text, "a | x\ny | b\n");
    }

    #[test]
    fn tables_without_end_are_survived() {
        let (mut tables, mut text) = (Tables::default(), String::new());
        for _ in 0..100 {
            tables.open(&text);
            tables.cell(&mut text);
            text.push('a');
        }
        for _ in 0..99 {
            assert!(!tables.close(&mut text));
        }
        assert!(tables.close(&mut text));
        assert!(!tables.are_open());
    }
}
