//! Markdown: CommonMark with GitHub's tables, footnotes and front matter.

mod code;
mod links;
mod markup;
mod mdx;
mod metadata;
mod myst;
mod rust;

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use self::links::Link;
use self::rust::{is_rust, without_hidden};
use super::front_matter::Notation;
use super::lines::Lines;
use super::notes::Notes;
use super::outline::Outline;
use super::skip::SkipReason;
use super::slug::Slugs;
use super::table::Tables;
use super::{decode, rst};
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 5;

/// The passages of a Markdown document.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let text = decode::text(bytes)?;
    let mut reader = Reader::new(path, &text, notes);
    let start = reader.metadata(&text);
    let text = match without_marks(&text, start) {
        Some(shown) => {
            reader.lines = Lines::of(&shown);
            Cow::Owned(shown)
        }
        None => text,
    };
    let body = Parser::new_ext(&text[start..], options()).into_offset_iter();
    for (event, range) in body {
        reader.event(event, range.start + start..range.end + start);
    }
    reader.flush();
    Ok(reader.outline.finish())
}

/// The text without marks that CommonMark does not know, and with as many lines; `None` where from `start` on there are none.
fn without_marks(text: &str, start: usize) -> Option<String> {
    let (front, body) = text.split_at(start);
    let commentless = mdx::without_comments(body);
    let markless = myst::without_marks(commentless.as_deref().unwrap_or(body));
    let shown = markless.or(commentless)?;
    Some([front, &shown].concat())
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
}

#[derive(Debug)]
struct Reader<'a> {
    path: &'a str,
    outline: Outline<'a>,
    lines: Lines,
    slugs: Slugs,
    anchor: Option<String>,
    block: String,
    span: Range<usize>,
    metadata: Option<Notation>,
    /// The lists that are open, the outermost first: the number of the next item, where items are numbered.
    lists: Vec<Option<u64>>,
    /// The one of an item, where the block is nothing more.
    mark: String,
    tables: Tables,
    link: Option<Link>,
    is_heading: bool,
    is_after_picture: bool,
    /// The block is code of Rust.
    is_rust: bool,
    /// The block is a directive of MyST, fenced as code is.
    is_directive: bool,
    notes: &'a mut Notes,
}

impl<'a> Reader<'a> {
    fn new(path: &'a str, text: &str, notes: &'a mut Notes) -> Self {
        Self {
            path,
            outline: Outline::new(path),
            lines: Lines::of(text),
            slugs: Slugs::default(),
            anchor: None,
            block: String::new(),
            span: 0..0,
            metadata: None,
            lists: Vec::new(),
            mark: String::new(),
            tables: Tables::default(),
            link: None,
            is_heading: false,
            is_after_picture: false,
            is_rust: false,
            is_directive: false,
            notes,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) => self.push(&text, range),
            Event::Code(code) => self.code(&code, range),
            Event::SoftBreak => self.push(" ", range),
            Event::HardBreak => self.push("\n", range),
            Event::InlineHtml(tag) => self.inline_html(&tag, range),
            Event::TaskListMarker(is_done) => self.push(task_marker(is_done), range),
            Event::FootnoteReference(_)
            | Event::Rule
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { id, .. } => {
                self.flush();
                self.is_heading = true;
                self.anchor = id.map(|id| id.to_string());
            }
            Tag::MetadataBlock(kind) => {
                self.flush();
                self.metadata = Some(match kind {
                    MetadataBlockKind::YamlStyle => Notation::Yaml,
                    MetadataBlockKind::PlusesStyle => Notation::Toml,
                });
            }
            Tag::List(first) => self.lists.push(first),
            Tag::Item => {
                self.flush();
                self.entry();
                self.mark = self.next_mark();
                self.block.clone_from(&self.mark);
                self.span = range.start..range.start;
            }
            Tag::Paragraph if self.is_only_mark() => {}
            Tag::Paragraph | Tag::HtmlBlock | Tag::FootnoteDefinition(_) => self.flush(),
            Tag::CodeBlock(kind) => {
                self.flush();
                self.is_rust = is_rust(&kind);
                self.is_directive = myst::is_directive(&kind);
            }
            Tag::Table(_) => {
                self.flush();
                self.tables.open(&self.block);
                self.span = range;
            }
            Tag::Link { dest_url, .. } => {
                if self.block.is_empty() {
                    self.span = range.start..range.start;
                }
                self.open_link(&dest_url);
            }
            Tag::Image { .. } => self.picture(),
            Tag::TableCell => self.tables.cell(&mut self.block),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::MetadataBlock(_) => {
                self.front_matter();
                self.flush();
            }
            TagEnd::TableRow | TagEnd::TableHead => self.tables.row(&mut self.block),
            TagEnd::HtmlBlock => self.html_block(),
            TagEnd::Image => self.is_after_picture = true,
            TagEnd::Link => {
                self.name_link();
                self.close_link();
            }
            TagEnd::List(_) => {
                self.entry();
                self.lists.pop();
            }
            TagEnd::Table => {
                self.tables.close(&mut self.block);
                self.flush();
            }
            TagEnd::Paragraph | TagEnd::Item => self.flush(),
            TagEnd::CodeBlock => {
                if std::mem::take(&mut self.is_rust) {
                    self.block = without_hidden(&self.block);
                }
                if std::mem::take(&mut self.is_directive) {
                    self.block = myst::without_options(&self.block);
                }
                self.flush();
            }
            _ => {}
        }
    }

    fn entry(&mut self) {
        if self.lists.len() == 1 {
            self.outline.entry();
        }
    }

    fn next_mark(&mut self) -> String {
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            _ => "- ".to_owned(),
        }
    }

    fn is_only_mark(&self) -> bool {
        !self.mark.is_empty() && self.block == self.mark
    }

    fn heading(&mut self, level: HeadingLevel) {
        let text = std::mem::take(&mut self.block);
        self.is_heading = false;
        let anchor = self.anchor.take();
        let anchor = anchor.unwrap_or_else(|| self.slugs.next(&text));
        let line = self.lines.at(self.span.start);
        self.outline.heading(level as u8, &text, Some(anchor), line);
    }

    fn code(&mut self, code: &str, range: Range<usize>) {
        let role = myst::role(&self.block).filter(|_| self.span.end == range.start);
        match role {
            Some(start) => {
                self.block.truncate(start);
                self.push(rst::role(code), range);
            }
            None => self.push(code, range),
        }
    }

    fn push(&mut self, text: &str, range: Range<usize>) {
        if self.block.is_empty() {
            self.span.start = range.start;
        }
        self.span.end = range.end.max(self.span.start);
        let is_after_picture = std::mem::take(&mut self.is_after_picture);
        if is_after_picture
            && text.starts_with(char::is_alphanumeric)
            && self.block.ends_with(char::is_alphanumeric)
        {
            self.block.push(' ');
        }
        self.block.push_str(text);
    }

    fn flush(&mut self) {
        let is_only_mark = self.is_only_mark();
        let block = std::mem::take(&mut self.block);
        self.mark.clear();
        self.link = None;
        if !is_only_mark {
            let last = self.span.end.saturating_sub(1).max(self.span.start);
            let (start, end) = (self.lines.at(self.span.start), self.lines.at(last));
            self.outline.block(&block, start, end);
        }
    }
}

fn task_marker(is_done: bool) -> &'static str {
    if is_done { "[x] " } else { "[ ] " }
}

#[cfg(test)]
mod tests;
