//! The words of a fragment, in order, with a line for each block.

use super::tag::{self, Kind, Tag};
use super::{Sink, tokens};

/// The text of a fragment: what a mail without a plain part says.
pub(crate) fn plain(html: &str) -> String {
    let mut words = Plain::default();
    tokens(html, &mut words);
    words.text.trim().to_owned()
}

/// A part of a fragment, where headings are told apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Heading(u8, String),
    Text(String),
}

/// The headings and texts of HTML inside Markdown.
pub(crate) fn pieces(html: &str) -> Vec<Piece> {
    let mut words = Plain::default();
    tokens(html, &mut words);
    words.cut();
    words.pieces
}

/// What a tag within a line shows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    Break,
    Words(String),
}

/// What a single tag shows by itself: a line break, or the words that stand for a picture.
pub(crate) fn inline(html: &str) -> Option<Inline> {
    let mut seen = Seen(None);
    tokens(html, &mut seen);
    seen.0
}

#[derive(Debug)]
struct Seen(Option<Inline>);

impl Sink for Seen {
    fn start(&mut self, tag: &Tag) {
        self.0 = match tag.kind() {
            Kind::Inline if !tag.alt().is_empty() => Some(Inline::Words(tag.alt().to_owned())),
            Kind::Inline | Kind::Anchor => None,
            _ => Some(Inline::Break),
        };
    }

    fn end(&mut self, name: &[u8]) {
        if !matches!(tag::kind(name), Kind::Inline | Kind::Anchor) {
            self.0 = Some(Inline::Break);
        }
    }

    fn text(&mut self, _text: &str, _offset: usize) {}
}

#[derive(Debug, Default)]
pub(super) struct Plain {
    pub(super) text: String,
    silent: Option<Vec<u8>>,
    /// Where the current piece begins in the text.
    from: usize,
    heading: Option<u8>,
    pieces: Vec<Piece>,
}

impl Plain {
    /// What was read since the last piece is one.
    fn cut(&mut self) {
        let text = self.text[self.from.min(self.text.len())..]
            .trim()
            .to_owned();
        self.from = self.text.len();
        let heading = self.heading.take();
        if !text.is_empty() {
            self.pieces.push(match heading {
                Some(level) => Piece::Heading(level, text),
                None => Piece::Text(text),
            });
        }
    }

    pub(super) fn end_line(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

impl Sink for Plain {
    fn start(&mut self, tag: &Tag) {
        if self.silent.is_none() && (tag::is_silent(&tag.name) || tag.kind() == Kind::Title) {
            self.silent = Some(tag.name.clone());
        }
        match tag.kind() {
            Kind::Inline if self.silent.is_none() => self.text.push_str(tag.alt()),
            Kind::Inline | Kind::Anchor => {}
            Kind::Cell => self.text.push(' '),
            Kind::Heading(level) => {
                self.end_line();
                self.cut();
                self.heading = Some(level);
            }
            _ => self.end_line(),
        }
    }

    fn end(&mut self, name: &[u8]) {
        if self.silent.as_deref() == Some(name) {
            self.silent = None;
        }
        if !matches!(tag::kind(name), Kind::Inline | Kind::Anchor | Kind::Cell) {
            self.end_line();
        }
        if matches!(tag::kind(name), Kind::Heading(_)) {
            self.cut();
        }
    }

    fn text(&mut self, text: &str, _offset: usize) {
        if self.silent.is_some() {
            return;
        }
        for c in text.chars() {
            match c {
                c if !c.is_whitespace() => self.text.push(c),
                _ if self.text.ends_with([' ', '\n']) || self.text.is_empty() => {}
                _ => self.text.push(' '),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_lines_and_styles_are_silent() {
        let html = "<head><title>t</title><style>p{}</style></head><h1>Hello</h1>\n<p>a <b>b</b>\n c</p><div>d<br>e</div>";
        assert_eq!(plain(html), "Hello\na b c\nd\ne");
    }
}
