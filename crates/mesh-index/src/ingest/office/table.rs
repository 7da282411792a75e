//! A table of an office's document; tables within it flow into its cells.

use crate::ingest::table::Tables;

#[derive(Debug, Default)]
pub(in crate::ingest) struct Table {
    open: Tables,
    text: String,
    /// The numbers of its first and its last paragraph.
    span: (u32, u32),
}

impl Table {
    pub(in crate::ingest) fn is_open(&self) -> bool {
        self.open.are_open()
    }

    pub(in crate::ingest) fn start(&mut self, name: &str) {
        match name {
            "tbl" => self.open.open(&self.text),
            "tr" => self.open.row(&mut self.text),
            "tc" => self.open.cell(&mut self.text),
            _ => {}
        }
    }

    /// The cell takes the room of several columns.
    pub(in crate::ingest) fn span(&mut self, columns: usize) {
        self.open.span(columns, 1);
    }

    /// Gives the text of the outermost table when it ends, and its paragraphs.
    pub(in crate::ingest) fn end(&mut self, name: &str) -> Option<(String, (u32, u32))> {
        match name {
            "tbl" if self.is_open() => {
                let is_outermost = self.open.close(&mut self.text);
                return is_outermost.then(|| self.take());
            }
            "tr" => self.open.row(&mut self.text),
            _ => {}
        }
        None
    }

    fn take(&mut self) -> (String, (u32, u32)) {
        let done = std::mem::take(self);
        (done.text.trim_end().to_owned(), done.span)
    }

    pub(in crate::ingest) fn paragraph(&mut self, text: &str, number: u32) {
        if text.is_empty() {
            return;
        }
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
}
