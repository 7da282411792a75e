//! What the words of RTF do to the text that follows them.

use std::collections::HashSet;

use super::font::Fonts;
use super::token::{Token, Tokens};
use super::{Document, Paragraph};
use crate::ingest::skip::SkipReason;
use crate::ingest::table::BETWEEN;

/// Word's own nesting ends at some dozens.
const MAX_DEPTH: usize = 1000;

/// Groups whose content is not shown in the text.
const NOT_SHOWN: [&str; 8] = [
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "fldinst",
    "objdata",
    "sp",
    "nonshppict",
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Text,
    Fonts,
    Title,
    /// The number or the bullet of an item.
    Mark,
    /// A footnote or a remark.
    Note,
    /// Above or below pages.
    Page,
    Nowhere,
}

/// What a group begins with and its end restores.
#[derive(Clone, Copy, Debug)]
struct State {
    place: Place,
    font: i32,
    /// Of paragraphs that are headings.
    level: Option<u8>,
    is_hidden: bool,
    /// Within a page, what is for readers of RTF only.
    is_for_rtf: bool,
    /// How many characters stand for one of Unicode where that is not known.
    fallback: usize,
}

#[derive(Debug)]
pub(super) struct Reader {
    document: Document,
    fonts: Fonts,
    state: State,
    saved: Vec<State>,
    open: Paragraph,
    /// The notes to it, the last of which may be open.
    notes: Vec<String>,
    /// Bytes of the current encoding that are not decoded yet: a character may have two.
    bytes: Vec<u8>,
    /// Halves of characters beyond the first 65,536.
    units: Vec<u16>,
    to_skip: usize,
    /// `\*` was read: the next word names a group that a reader may not know.
    is_optional: bool,
}

impl Reader {
    pub(super) fn read(bytes: &[u8]) -> Result<Document, SkipReason> {
        let mut reader = Self {
            document: Document::default(),
            fonts: Fonts::default(),
            state: State {
                place: Place::Text,
                font: -1,
                level: None,
                is_hidden: false,
                is_for_rtf: false,
                fallback: 1,
            },
            saved: Vec::new(),
            open: Paragraph::default(),
            notes: Vec::new(),
            bytes: Vec::new(),
            units: Vec::new(),
            to_skip: 0,
            is_optional: false,
        };
        for token in Tokens::of(bytes) {
            reader.token(&token)?;
        }
        reader.end_paragraph();
        reader.end_pages();
        Ok(reader.document)
    }

    fn token(&mut self, token: &Token<'_>) -> Result<(), SkipReason> {
        let is_optional = std::mem::take(&mut self.is_optional);
        if let Token::Byte(byte) = token {
            self.byte(*byte);
            return Ok(());
        }
        self.decode();
        match token {
            Token::Open if self.saved.len() == MAX_DEPTH => return Err(SkipReason::NestedTooDeep),
            Token::Open => self.saved.push(self.state),
            Token::Close => {
                self.join();
                self.state = self.saved.pop().unwrap_or(self.state);
                self.to_skip = 0;
            }
            Token::Symbol(b'*') => self.is_optional = true,
            Token::Symbol(b'~') => self.push("\u{a0}"),
            Token::Symbol(b'_') => self.push("-"),
            Token::Symbol(b'\r' | b'\n') => self.end_paragraph(),
            Token::Symbol(_) | Token::Byte(_) => {}
            Token::Word("u", Some(code)) => self.unicode(*code),
            Token::Word(name, number) => {
                self.join();
                if is_optional {
                    self.optional(name);
                }
                self.word(name, *number);
            }
        }
        Ok(())
    }

    fn optional(&mut self, name: &str) {
        let is_shown = match name {
            "htmltag" => self.document.is_html,
            "annotation" => {
                self.open_note();
                true
            }
            "shpinst" => true,
            _ => false,
        };
        if !is_shown {
            self.state.place = Place::Nowhere;
        }
    }

    fn word(&mut self, name: &str, number: Option<i32>) {
        let is_on = number != Some(0);
        match (name, number) {
            ("fonttbl", _) => self.state.place = Place::Fonts,
            // In a cell further right, it would stand before the row.
            ("listtext", _) if self.open.text.is_empty() => self.state.place = Place::Mark,
            ("listtext", _) => self.state.place = Place::Nowhere,
            ("title", _) if self.saved.len() > 2 => self.state.place = Place::Title,
            ("footnote", _) => self.open_note(),
            (name, _) if is_of_pages(name) => self.open_page(),
            (name, _) if NOT_SHOWN.contains(&name) => self.state.place = Place::Nowhere,
            ("f", Some(font)) if self.state.place == Place::Fonts => self.fonts.enter(font),
            ("f", Some(font)) => self.state.font = font,
            ("fcharset", Some(charset)) => self.fonts.charset(charset),
            ("ansicpg", Some(page)) => self.fonts.page(page),
            ("uc", Some(count)) => self.state.fallback = usize::try_from(count).unwrap_or(1),
            ("v" | "deleted", _) => self.state.is_hidden = is_on,
            ("plain", _) => self.state.is_hidden = false,
            ("fromhtml", _) => self.document.is_html = is_on,
            ("htmlrtf", _) => self.state.is_for_rtf = is_on,
            ("pard", _) => self.state.level = None,
            ("outlinelevel", Some(level @ 0..=8)) if self.state.place == Place::Text => {
                self.state.level = u8::try_from(level + 1).ok();
                self.open.level = self.state.level;
            }
            ("par" | "sect" | "page" | "row", _) if self.is_shown() => self.end_paragraph(),
            ("par", _) if matches!(self.state.place, Place::Note | Place::Page) => self.push(" "),
            ("line", _) => self.push("\n"),
            ("tab", _) => self.push(" "),
            ("cell" | "nestcell", _) => self.push(BETWEEN),
            ("emdash", _) => self.push("\u{2014}"),
            ("endash", _) => self.push("\u{2013}"),
            ("bullet", _) => self.push("\u{2022}"),
            ("lquote", _) => self.push("\u{2018}"),
            ("rquote", _) => self.push("\u{2019}"),
            ("ldblquote", _) => self.push("\u{201c}"),
            ("rdblquote", _) => self.push("\u{201d}"),
            _ => {}
        }
    }

    fn byte(&mut self, byte: u8) {
        match self.to_skip {
            0 => {
                self.join();
                self.bytes.push(byte);
            }
            _ => self.to_skip -= 1,
        }
    }

    fn unicode(&mut self, code: i32) {
        // It is written as a number with a sign.
        self.units.push((code & 0xffff) as u16);
        self.to_skip = self.state.fallback;
    }

    fn join(&mut self) {
        if !self.units.is_empty() {
            let text = String::from_utf16_lossy(&std::mem::take(&mut self.units));
            self.push(&text);
        }
    }

    fn decode(&mut self) {
        if !self.bytes.is_empty() {
            let encoding = self.fonts.encoding(self.state.font);
            let bytes = std::mem::take(&mut self.bytes);
            let text = encoding.decode_without_bom_handling(&bytes).0.into_owned();
            self.push(&text);
        }
    }

    fn open_note(&mut self) {
        if self.is_shown() {
            self.notes.push(String::new());
            self.state.place = Place::Note;
        }
    }

    fn open_page(&mut self) {
        self.document.pages.push(String::new());
        self.state.place = Place::Page;
    }

    /// First, left and right pages often have the same, and many have nothing but a number.
    fn end_pages(&mut self) {
        let (mut pages, mut known) = (Vec::new(), HashSet::new());
        for page in std::mem::take(&mut self.document.pages) {
            let page = page.trim();
            if page.contains(char::is_alphabetic) && known.insert(page.to_owned()) {
                pages.push(page.to_owned());
            }
        }
        self.document.pages = pages;
    }

    fn is_shown(&self) -> bool {
        self.state.place == Place::Text && !self.is_left_out()
    }

    fn is_left_out(&self) -> bool {
        self.state.is_hidden || self.state.is_for_rtf
    }

    fn push(&mut self, text: &str) {
        match self.state.place {
            Place::Title => self.document.title.push_str(text),
            Place::Mark if !self.state.is_for_rtf => self.open.mark.push_str(text),
            Place::Text if self.is_shown() => {
                if self.open.text.is_empty() {
                    self.open.level = self.state.level;
                }
                self.open.text.push_str(text);
            }
            Place::Page if !self.is_left_out() => {
                if let Some(page) = self.document.pages.last_mut() {
                    page.push_str(text);
                }
            }
            Place::Note if !self.is_left_out() => {
                if let Some(note) = self.notes.last_mut() {
                    note.push_str(text);
                }
            }
            _ => {}
        }
    }

    /// A heading's rank stays until it is said to be over, or the group is that said so.
    fn end_paragraph(&mut self) {
        self.decode();
        self.join();
        let mut done = std::mem::take(&mut self.open);
        let mark = std::mem::take(&mut done.mark);
        if is_number(mark.trim()) && !done.text.trim().is_empty() {
            done.text = format!("{} {}", mark.trim(), done.text.trim_start());
        }
        let mut text = done.text.as_str();
        while let Some(before) = text.strip_suffix(BETWEEN) {
            text = before;
        }
        done.text.truncate(text.trim_end_matches(' ').len());
        self.document.paragraphs.push(done);
        let notes = self.notes.drain(..).map(|note| Paragraph {
            text: note.trim().to_owned(),
            ..Paragraph::default()
        });
        let notes = notes.filter(|note| !note.text.is_empty());
        self.document.paragraphs.extend(notes);
    }
}

fn is_of_pages(name: &str) -> bool {
    matches!(
        name,
        "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr" | "footerf"
    )
}

/// `1.`, `(a)`, `iv)`. Bullets are letters of fonts that have pictures in their place.
fn is_number(mark: &str) -> bool {
    mark.ends_with(['.', ')']) && mark.contains(char::is_alphanumeric)
}
