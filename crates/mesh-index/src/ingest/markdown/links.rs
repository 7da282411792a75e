//! Links and pictures.

use super::Reader;
use crate::ingest::link;

/// A link whose text is being read.
#[derive(Debug)]
pub(super) struct Link {
    /// Where that begins in the block.
    start: usize,
    target: String,
}

impl Reader<'_> {
    pub(super) fn open_link(&mut self, target: &str) {
        self.link = Some(Link {
            start: self.block.len(),
            target: target.to_owned(),
        });
    }

    /// MyST puts the name of what it leads to in the place of a link without words, as in `[](#Door.open)`.
    pub(super) fn name_link(&mut self) {
        let Some(link) = self.link.as_ref().filter(|_| !self.is_heading) else {
            return;
        };
        let name = link.target.trim_start_matches('#');
        let is_name = name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
        if is_name && self.block.len() == link.start {
            self.block.push_str(name);
        }
    }

    /// Headings are without addresses: they are names of what follows.
    pub(super) fn close_link(&mut self) {
        let Some(link) = self.link.take().filter(|_| !self.is_heading) else {
            return;
        };
        let text = self.block.get(link.start..).unwrap_or_default();
        if let Some(shown) = link::shown(text, &link.target) {
            self.block.push_str(&shown);
        }
    }

    /// A picture begins, of which the text says what it shows. What it leads to as a link says nothing more.
    pub(super) fn picture(&mut self) {
        self.link = None;
        if self.block.ends_with(char::is_alphanumeric) {
            self.block.push(' ');
        }
    }
}
