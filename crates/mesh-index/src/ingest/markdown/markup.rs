//! HTML within Markdown.

use std::ops::Range;

use super::Reader;
use crate::ingest::html::{self, Inline, Piece};

impl Reader<'_> {
    /// A single tag within a line.
    pub(super) fn inline_html(&mut self, tag: &str, range: Range<usize>) {
        match html::inline(tag) {
            Some(Inline::Break) => self.push(" ", range),
            Some(Inline::Words(words)) => {
                self.picture();
                self.push(&words, range);
                self.is_after_picture = true;
            }
            Some(Inline::Link(target)) => self.open_link(&target),
            Some(Inline::LinkEnd) => self.close_link(),
            None => {}
        }
    }

    pub(super) fn html_block(&mut self) {
        let source = std::mem::take(&mut self.block);
        for piece in html::pieces(&source) {
            match piece {
                Piece::Heading(level, text) => {
                    let anchor = self.slugs.next(&text);
                    let line = self.lines.at(self.span.start);
                    self.outline.heading(level, &text, Some(anchor), line);
                }
                Piece::Text(text) => {
                    self.block = text;
                    self.flush();
                }
            }
        }
    }
}
