//! The words of a fragment, in order, with a line for each block.

use super::tag::{self, Kind, Tag};
use super::{Sink, tokens};

/// The text of a fragment: what a mail without a plain part, or HTML inside Markdown, says.
pub(crate) fn plain(html: &str) -> String {
    let mut words = Plain::default();
    tokens(html, &mut words);
    words.text.trim().to_owned()
}

#[derive(Debug, Default)]
struct Plain {
    text: String,
    silent: Option<Vec<u8>>,
}

impl Plain {
    fn end_line(&mut self) {
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
            Kind::Inline | Kind::Anchor => {}
            Kind::Cell => self.text.push(' '),
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
