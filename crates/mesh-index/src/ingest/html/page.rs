//! A page as it is read: which section, list and table the current words stand in.

mod containers;
mod links;
mod pictures;
mod skipped;
mod tables;
mod tokens;

use self::containers::Containers;
use self::links::Link;
use self::pictures::Said;
use self::skipped::{Skipped, has_main};
use self::tables::Sign;
use super::list::{BULLET, Lists};
use super::tag::Tag;
use crate::ingest::lines::{Lines, clamp};
use crate::ingest::outline::Outline;
use crate::ingest::table::Tables;
use crate::record::Passage;

/// The rank of a titled table or example: below the six of HTML, above the terms of lists.
const CAPTION_LEVEL: u8 = 7;

#[derive(Debug)]
pub(super) struct Page<'a> {
    outline: Outline<'a>,
    lines: Lines,
    mode: Mode,
    text: String,
    line_start: u32,
    line_end: u32,
    open: Containers,
    pending: Option<Pending>,
    skipped: Option<Skipped>,
    /// Menus and their like are read as text.
    keeps_chrome: bool,
    /// The page says what it is about: a header outside of that is the site's.
    has_main: bool,
    preformatted: u32,
    tables: Tables,
    lists: Lists,
    link: Option<Link>,
    /// A heading was read: what follows is no title of the page.
    is_headed: bool,
    /// What is being read is a paragraph, an item or a cell: elsewhere links are menus.
    is_prose: bool,
    /// Whether the text has more than what stands between cells.
    has_words: bool,
    said: Said,
    sign: Sign,
}

#[derive(Debug, PartialEq)]
enum Mode {
    Body,
    Title,
    /// A title that the page shows.
    Headline,
    Heading {
        level: u8,
        anchor: Option<String>,
    },
    Term {
        anchor: Option<String>,
    },
}

/// A name met since the last words: the next heading's, if it has none itself.
#[derive(Debug)]
struct Pending {
    anchor: Option<String>,
    section: Option<usize>,
}

impl<'a> Page<'a> {
    pub(super) fn new(path: &'a str, text: &str) -> Self {
        Self {
            outline: Outline::new(path),
            lines: Lines::of(text),
            mode: Mode::Body,
            text: String::new(),
            line_start: 1,
            line_end: 1,
            open: Containers::default(),
            pending: None,
            skipped: None,
            keeps_chrome: false,
            has_main: has_main(text),
            preformatted: 0,
            tables: Tables::default(),
            lists: Lists::default(),
            link: None,
            is_headed: false,
            is_prose: false,
            has_words: false,
            said: Said::default(),
            sign: Sign::default(),
        }
    }

    /// A page that is left out up to its end, otherwise: better a menu among its text than no text.
    pub(super) fn with_chrome(path: &'a str, text: &str) -> Self {
        Self {
            keeps_chrome: true,
            ..Self::new(path, text)
        }
    }

    /// A part that is left out has no end.
    pub(super) fn is_cut_off(&self) -> bool {
        self.skipped.as_ref().is_some_and(Skipped::wants_end)
    }

    pub(super) fn finish(mut self) -> Vec<Passage> {
        self.flush();
        self.outline.finish()
    }

    fn enter(&mut self, tag: &Tag) {
        self.flush();
        let Some(place) = self.open.enter(tag) else {
            return;
        };
        let section = tag.is_section().then_some(place);
        if tag.anchor().is_some() || section.is_some() {
            let anchor = tag.anchor().or_else(|| self.pending.take()?.anchor);
            self.pending = Some(Pending { anchor, section });
        }
    }

    fn leave(&mut self, name: &[u8]) {
        self.flush();
        for level in self.open.leave(name) {
            self.outline.close(level);
        }
        if matches!(name, b"ul" | b"ol") && !self.open.is_list() {
            self.outline.entry();
        }
    }

    /// `<a id>`: the name of the heading it stands in, or of the one that follows.
    fn name(&mut self, tag: &Tag) {
        let Some(name) = tag.anchor() else { return };
        match &mut self.mode {
            Mode::Heading { anchor, .. } | Mode::Term { anchor } => {
                anchor.get_or_insert(name);
            }
            Mode::Body if self.text.is_empty() => {
                let section = self.pending.take().and_then(|pending| pending.section);
                self.pending = Some(Pending {
                    anchor: Some(name),
                    section,
                });
            }
            Mode::Body | Mode::Title | Mode::Headline => {}
        }
    }

    fn paragraph(&mut self, tag: &Tag) {
        self.block();
        let captions = |pending: &Pending| pending.section.is_some() && pending.anchor.is_some();
        if !tag.has_class("title") {
            return;
        }
        if self.pending.as_ref().is_some_and(captions) {
            self.mode = Mode::Heading {
                level: CAPTION_LEVEL,
                anchor: None,
            };
        } else if !self.is_headed && !self.tables.are_open() {
            self.mode = Mode::Headline;
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.link = None;
        self.tables.restart();
        let has_words = std::mem::take(&mut self.has_words);
        match std::mem::replace(&mut self.mode, Mode::Body) {
            Mode::Title => self.outline.title(&text),
            Mode::Headline if self.outline.headline(&text, self.line_start) => {}
            Mode::Headline => self.words(&text),
            Mode::Heading { level, anchor } => self.heading(level, &text, anchor),
            Mode::Term {
                anchor: Some(anchor),
            } => self.term(&text, anchor),
            Mode::Term { anchor: None } => {
                self.outline.close(self.term_level());
                self.words(&text);
            }
            Mode::Body if has_words => self.words(&text),
            Mode::Body => {}
        }
    }

    fn words(&mut self, text: &str) {
        let is_repeated = self.said.repeats(text);
        if !text.trim().is_empty() && !is_repeated {
            self.pending = None;
            self.outline.block(text, self.line_start, self.line_end);
        }
    }

    fn heading(&mut self, level: u8, text: &str, own: Option<String>) {
        self.is_headed = true;
        let pending = self.pending.take();
        let (anchor, section) =
            pending.map_or((None, None), |pending| (pending.anchor, pending.section));
        if let Some(section) = section {
            self.open.rule(section, level);
        }
        let anchor = own.or(anchor).or_else(|| self.open.anchor());
        self.said.heading(level, text);
        self.outline.heading(level, text, anchor, self.line_start);
    }

    fn term(&mut self, text: &str, anchor: String) {
        let level = self.term_level();
        self.open.rule_list(level);
        self.outline
            .term(level, text, Some(anchor), self.line_start);
    }

    fn term_level(&self) -> u8 {
        CAPTION_LEVEL + self.open.list_depth()
    }

    fn flowing(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                c if !c.is_whitespace() => self.text.push(c),
                _ if self.text.is_empty() || self.text.ends_with([' ', '\n']) => {}
                _ => self.text.push(' '),
            }
        }
    }

    /// What a picture says to those who do not see it.
    fn picture(&mut self, tag: &Tag) {
        self.link = None;
        self.flowing(" ");
        if self.said.has_caption(tag.alt()) {
            return;
        }
        let is_sign = self.sign != Sign::Absent;
        let alt = if is_sign {
            pictures::bare(tag.alt())
        } else {
            tag.alt()
        };
        self.note_words(alt, tag.offset);
        if is_sign {
            self.sign = Sign::Seen;
        }
        self.said.here = Some(alt.to_owned());
        self.flowing(alt);
        self.flowing(" ");
    }

    /// As Markdown writes it.
    fn task(&mut self, tag: &Tag) {
        if let Some(is_done) = tag.task() {
            let sign = if is_done { "[x] " } else { "[ ] " };
            self.note_words(sign, tag.offset);
            self.flowing(sign);
        }
    }

    /// Words follow. A bullet before code would move its first line.
    fn note_words(&mut self, text: &str, offset: usize) {
        self.sign = Sign::Absent;
        let mark = self.lists.mark();
        if self.mode == Mode::Body && (self.preformatted == 0 || mark != BULLET) {
            self.text.push_str(&mark);
        }
        self.note_lines(text, offset);
    }

    fn note_lines(&mut self, text: &str, offset: usize) {
        let line = self.lines.at(offset);
        let breaks = |part: &str| clamp(part.bytes().filter(|byte| *byte == b'\n').count());
        let lead = &text[..text.len() - text.trim_start().len()];
        if !std::mem::replace(&mut self.has_words, true) {
            self.line_start = line + breaks(lead);
        }
        self.line_end = line + breaks(text.trim_end());
    }
}
