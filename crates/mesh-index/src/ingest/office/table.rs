//! A table as lines of cells; tables within it flow into its cells.

#[derive(Debug, Default)]
pub(in crate::ingest) struct Table {
    depth: u32,
    text: String,
    row_has_cell: bool,
    /// The numbers of its first and its last paragraph.
    span: (u32, u32),
}

impl Table {
    pub(in crate::ingest) fn is_open(&self) -> bool {
        self.depth > 0
    }

    pub(in crate::ingest) fn start(&mut self, name: &str) {
        match name {
            "tbl" => self.depth += 1,
            "tr" => self.row(),
            "tc" => {
                if self.row_has_cell {
                    self.text.push_str(" | ");
                }
                self.row_has_cell = true;
            }
            _ => {}
        }
    }

    /// Gives the text of the outermost table when it ends, and its paragraphs.
    pub(in crate::ingest) fn end(&mut self, name: &str) -> Option<(String, (u32, u32))> {
        match name {
            "tbl" if self.depth == 1 => {
                let done = std::mem::take(self);
                return Some((done.text.trim_end().to_owned(), done.span));
            }
            "tbl" => self.depth = self.depth.saturating_sub(1),
            "tr" => self.row(),
            _ => {}
        }
        None
    }

    pub(in crate::ingest) fn paragraph(&mut self, text: &str, number: u32) {
        if self.span.0 == 0 {
            self.span.0 = number;
        }
        self.span.1 = number;
        if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
        // A row is a line.
        self.text.push_str(&text.replace('\n', " "));
    }

    fn row(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.row_has_cell = false;
    }
}
