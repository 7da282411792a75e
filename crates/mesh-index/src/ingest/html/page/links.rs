//! Links: which are for copying, and where the others lead.

use super::{Mode, Page};
use crate::ingest::html::tag::Tag;
use crate::ingest::link;

/// A link whose words are being read.
#[derive(Debug)]
pub(super) struct Link {
    /// Where they begin in the text.
    start: usize,
    is_to_here: bool,
    /// Empty where it need not be told.
    target: String,
}

impl Page<'_> {
    pub(super) fn open_link(&mut self, tag: &Tag) {
        self.name(tag);
        let target = if self.is_prose && !self.keeps_chrome {
            tag.target()
        } else {
            ""
        };
        self.link = Some(Link {
            start: self.text.len(),
            is_to_here: tag.is_link_to_here(),
            target: target.to_owned(),
        });
    }

    /// A heading's link to itself is for copying: its sign, or what it says behind the heading, is no part of it.
    pub(super) fn close_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        let Some((before, words)) = self.text.split_at_checked(link.start) else {
            return;
        };
        let is_heading = matches!(self.mode, Mode::Heading { .. } | Mode::Term { .. });
        let is_sign = match words.trim() {
            "¶" | "🔗" => true,
            "#" | "§" => is_heading || link.is_to_here,
            _ => link.is_to_here && is_heading && !before.trim().is_empty(),
        };
        if is_sign {
            self.text.truncate(link.start);
        } else if self.mode == Mode::Body
            && let Some(shown) = link::shown(words, &link.target)
        {
            self.text.push_str(&shown);
        }
    }
}
