//! Pictures: what they say, told once where their caption says the same, and where one only stands for the word `Note`.

use super::{CAPTION_LEVEL, Page};
use crate::ingest::html::tag::Tag;
use crate::ingest::table::Tables;

/// What pictures say, and what was said around them.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The title of the figure that we are in.
    caption: String,
    /// The last picture of the text that is being read, and of the one before.
    here: Option<String>,
    before: Option<String>,
}

impl Said {
    pub(super) fn heading(&mut self, level: u8, text: &str) {
        self.caption.clear();
        if level == CAPTION_LEVEL {
            self.caption.push_str(bare(text));
        }
    }

    /// Whether the title of the figure says it: `Figure 3. A dial`, or without a number.
    fn has_caption(&self, alt: &str) -> bool {
        let before = self.caption.strip_suffix(bare(alt));
        before.is_some_and(|before| before.is_empty() || before.ends_with(' '))
    }

    /// A text is over: whether it repeats the picture before it.
    pub(super) fn repeats(&mut self, text: &str) -> bool {
        let before = std::mem::replace(&mut self.before, self.here.take());
        before.is_some_and(|said| bare(&said) == bare(text))
    }
}

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
    /// What a picture says to those who do not see it.
    pub(super) fn picture(&mut self, tag: &Tag) {
        self.link = None;
        self.flowing(" ");
        if self.said.has_caption(tag.alt()) {
            return;
        }
        let is_sign = self.sign != Sign::Absent;
        let alt = if is_sign { bare(tag.alt()) } else { tag.alt() };
        self.note_words(alt, tag.offset);
        if is_sign {
            self.sign = Sign::Seen;
        }
        self.said.here = Some(alt.to_owned());
        self.flowing(alt);
        self.flowing(" ");
    }

    /// A table begins, and has not been opened yet.
    pub(super) fn await_sign(&mut self) {
        let is_of_note = self.open.is_aside() && !self.tables.are_open();
        self.sign = if is_of_note {
            Sign::Awaited
        } else {
            Sign::Absent
        };
    }

    /// Another cell or row: a table whose first cell is a sign is there for its looks, and the rest of it is the note.
    pub(super) fn leave_sign(&mut self) {
        if self.sign == Sign::Seen {
            self.tables = Tables::default();
            self.flush();
        }
    }
}

/// Without what sets a caption or a sign apart.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '[' | ']'))
}
