//! The words of a fragment, in order, with a line for each block.

use super::list::{BULLET, Lists};
use super::tag::{self, Kind, Tag};
use super::{Sink, tokens};
use crate::ingest::link;
use crate::ingest::table::Tables;

/// The text of a fragment: what a mail without a plain part says.
pub(crate) fn plain(html: &str) -> String {
    let mut words = Plain::default();
    tokens(html, &mut words);
    unpadded(&words.text).to_owned()
}

/// A part of a fragment, where headings are told apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Heading(u8, String),
    Text(String),
}

/// The headings and texts of HTML inside Markdown.
pub(crate) fn pieces(html: &str) -> Vec<Piece> {
    let mut words = Plain {
        is_of_document: true,
        ..Plain::default()
    };
    tokens(html, &mut words);
    words.cut();
    words.pieces
}

/// What a tag within a line shows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    Break,
    Words(String),
    /// One begins that leads there.
    Link(String),
    LinkEnd,
}

/// What a single tag shows by itself: a line break, the words that stand for a picture, or a link.
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
            Kind::Anchor => Some(Inline::Link(tag.target().to_owned())),
            Kind::Inline => None,
            _ => Some(Inline::Break),
        };
    }

    fn end(&mut self, name: &[u8]) {
        match tag::kind(name) {
            Kind::Inline => {}
            Kind::Anchor => self.0 = Some(Inline::LinkEnd),
            _ => self.0 = Some(Inline::Break),
        }
    }

    fn text(&mut self, _text: &str, _offset: usize) {}
}

#[derive(Debug, Default)]
pub(super) struct Plain {
    pub(super) text: String,
    silent: Option<Vec<u8>>,
    preformatted: u32,
    /// Where the current piece begins in the text.
    from: usize,
    heading: Option<u8>,
    pieces: Vec<Piece>,
    tables: Tables,
    lists: Lists,
    /// It is a part of a document, where tables are no layout, and links lead to more than what counts their readers.
    is_of_document: bool,
    /// Where the text of the open link begins, and where it leads.
    link: Option<(usize, String)>,
    /// The table says what its columns are: it is no layout, as most tables of mail are.
    has_heads: bool,
}

impl Plain {
    /// What was read since the last piece is one.
    fn cut(&mut self) {
        let text = unpadded(&self.text[self.from.min(self.text.len())..]).to_owned();
        self.from = self.text.len();
        let heading = self.heading.take();
        if text.contains(|c: char| !c.is_whitespace() && c != '|') {
            self.pieces.push(match heading {
                Some(level) => Piece::Heading(level, text),
                None => Piece::Text(text),
            });
        }
    }

    /// What a picture says to those who do not see it.
    fn picture(&mut self, tag: &Tag) {
        if !tag.alt().is_empty() {
            self.link = None;
            for text in [" ", tag.alt(), " "] {
                self.text(text, tag.offset);
            }
        }
    }

    fn close_link(&mut self) {
        let Some((start, target)) = self.link.take() else {
            return;
        };
        let text = self.text.get(start..).unwrap_or_default();
        let is_shown = self.is_of_document && self.heading.is_none();
        if let Some(shown) = link::shown(text, &target).filter(|_| is_shown) {
            self.text.push_str(&shown);
        }
    }

    fn cell(&mut self, tag: &Tag) {
        self.has_heads |= tag.name == b"th" || tag.has_class("confluenceTd");
        if self.has_heads || self.is_of_document {
            self.tables.cell(&mut self.text);
            let (columns, rows) = tag.span();
            self.tables.span(columns, rows);
        } else {
            self.tables.column(&mut self.text);
        }
    }

    fn row(&mut self) {
        self.end_line();
        self.tables.row(&mut self.text);
    }

    fn open_table(&mut self) {
        self.end_line();
        self.tables.open(&self.text);
    }

    fn close_table(&mut self) {
        if self.tables.close(&mut self.text) {
            self.has_heads = false;
        }
        self.end_line();
    }

    pub(super) fn end_line(&mut self) {
        if self.tables.are_open() {
            return self.tables.line(&mut self.text);
        }
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
        self.lists.start(tag);
        match tag.kind() {
            Kind::Inline if self.silent.is_none() => self.picture(tag),
            Kind::Inline => {}
            Kind::Anchor => self.link = Some((self.text.len(), tag.target().to_owned())),
            Kind::Cell => self.cell(tag),
            Kind::Row => self.row(),
            Kind::Table => self.open_table(),
            Kind::Preformatted => {
                self.end_line();
                self.preformatted += 1;
            }
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
        self.lists.end(name);
        match tag::kind(name) {
            Kind::Inline | Kind::Cell => {}
            Kind::Anchor => self.close_link(),
            Kind::Row => self.row(),
            Kind::Table => self.close_table(),
            Kind::Preformatted => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.end_line();
            }
            Kind::Heading(_) => {
                self.end_line();
                self.cut();
            }
            _ => self.end_line(),
        }
    }

    fn text(&mut self, text: &str, _offset: usize) {
        if self.silent.is_some() {
            return;
        }
        if !text.trim().is_empty() {
            let mark = self.lists.mark();
            self.text.push_str(if mark == BULLET { "" } else { &mark });
        }
        if self.preformatted > 0 {
            let begins = self.text.is_empty() || self.text.ends_with('\n');
            let break_of_tag = text.strip_prefix('\n').filter(|_| begins);
            return self.text.push_str(break_of_tag.unwrap_or(text));
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

/// Without blank lines before it; code begins with its indentation.
fn unpadded(text: &str) -> &str {
    let text = text.trim_end();
    let gap = &text[..text.len() - text.trim_start().len()];
    &text[gap.rfind('\n').map_or(0, |at| at + 1)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_lines_and_styles_are_silent() {
        let html = "<head><title>t</title><style>p{}</style></head><h1>Hello</h1>\n<p>a <b>b</b>\n c</p><div>d<br>e</div>";
        assert_eq!(plain(html), "Hello\na b c\nd\ne");
        assert_eq!(plain("a<title/><style/><p>b<br/>c"), "a\nb\nc");
    }

    #[test]
    fn a_blank_cell_keeps_its_place_where_columns_have_heads() {
        let table = "<table><tr><td></td><th>Basic<th>Pro</tr><tr><td>SSO<td><td><p>yes</p></tr></table>end";
        assert_eq!(plain(table), " | Basic | Pro\nSSO |  | yes\nend");
        let jira = "<p>a</p><table class='confluenceTable'><tr><td class='confluenceTd'>db1<td class='confluenceTd'><td class='confluenceTd'>Jane</table>";
        assert_eq!(plain(jira), "a\ndb1 |  | Jane");
        let layout = "<table><tr><td></td><td>Dear<td><p>Ada</p><td>!</table>";
        assert_eq!(plain(layout), "Dear\nAda\n!");
    }

    #[test]
    fn the_items_of_a_numbered_list_keep_their_numbers() {
        let html = "Do:<ol><li> Stop</li><li><p>Restore</p><ul><li>all</ul><li></ol>end";
        assert_eq!(plain(html), "Do:\n1. Stop\n2. Restore\nall\nend");
    }

    #[test]
    fn lines_of_code_stay_lines() {
        let html =
            "<p>It said:</p><pre>\njava.lang.Error\n\tat <b>A</b>.b\n\n    at C.d</pre><p>a\nb</p>";
        assert_eq!(
            plain(html),
            "It said:\njava.lang.Error\n\tat A.b\n\n    at C.d\na b"
        );
        assert_eq!(
            pieces("<pre>  a\n    b\n</pre>"),
            [Piece::Text("  a\n    b".to_owned())]
        );
    }
}
