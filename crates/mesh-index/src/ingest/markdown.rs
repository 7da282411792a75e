//! Markdown: CommonMark with GitHub's tables, footnotes and front matter.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::front_matter::{self, Notation};
use super::html::Piece;
use super::lines::Lines;
use super::notes::{Notes, Place};
use super::outline::{Outline, file_name};
use super::skip::SkipReason;
use super::slug::Slugs;
use super::table::Tables;
use super::{decode, html, link};
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 3;

/// The passages of a Markdown document.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let text = decode::text(bytes)?;
    let mut reader = Reader::new(path, &text, notes);
    let start = reader.metadata(&text);
    let body = Parser::new_ext(&text[start..], options()).into_offset_iter();
    for (event, range) in body {
        reader.event(event, range.start + start..range.end + start);
    }
    reader.flush();
    Ok(reader.outline.finish())
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
    notes: &'a mut Notes,
}

/// A link whose text is being read.
#[derive(Debug)]
struct Link {
    /// Where that begins in the block.
    start: usize,
    target: String,
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
            notes,
        }
    }

    /// Reads the front matter, and gives its end. Only what a document begins with is one: further down, the same lines are
    /// rules or headings, and no block must take in what stands between them.
    fn metadata(&mut self, text: &str) -> usize {
        if !text.starts_with("---") && !text.starts_with("+++") {
            return 0;
        }
        let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
            | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
        let mut events = Parser::new_ext(text, options).into_offset_iter();
        let Some((first @ Event::Start(Tag::MetadataBlock(_)), block)) = events.next() else {
            return self.loose_metadata(text);
        };
        let end = block.end;
        self.event(first, block);
        for (event, range) in events {
            let is_last = matches!(event, Event::End(TagEnd::MetadataBlock(_)));
            self.event(event, range);
            if is_last {
                break;
            }
        }
        end
    }

    fn loose_metadata(&mut self, text: &str) -> usize {
        let Some((notation, fields, end)) = front_matter::behind_blank_lines(text) else {
            return 0;
        };
        self.metadata = Some(notation);
        self.push(fields, 0..end);
        self.front_matter();
        self.flush();
        end
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::Html(text) => self.push(&text, range),
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
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::FootnoteDefinition(_) => {
                self.flush()
            }
            Tag::Table(_) => {
                self.flush();
                self.tables.open(&self.block);
                self.span = range;
            }
            Tag::Link { dest_url, .. } => self.open_link(&dest_url),
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
            TagEnd::Link => self.close_link(),
            TagEnd::List(_) => {
                self.entry();
                self.lists.pop();
            }
            TagEnd::Table => {
                self.tables.close(&mut self.block);
                self.flush();
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock => self.flush(),
            _ => {}
        }
    }

    fn entry(&mut self) {
        if self.lists.len() == 1 {
            self.outline.entry();
        }
    }

    fn open_link(&mut self, target: &str) {
        self.link = Some(Link {
            start: self.block.len(),
            target: target.to_owned(),
        });
    }

    /// Headings are without addresses: they are names of what follows.
    fn close_link(&mut self) {
        let Some(link) = self.link.take().filter(|_| !self.is_heading) else {
            return;
        };
        let text = self.block.get(link.start..).unwrap_or_default();
        if let Some(shown) = link::shown(text, &link.target) {
            self.block.push_str(&shown);
        }
    }

    /// A picture begins, of which the text says what it shows. What it leads to as a link says nothing more.
    fn picture(&mut self) {
        self.link = None;
        if self.block.ends_with(char::is_alphanumeric) {
            self.block.push(' ');
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

    fn front_matter(&mut self) {
        let Some(notation) = self.metadata.take() else {
            return;
        };
        match front_matter::parse(notation, &self.block, file_name(self.path)) {
            Ok(known) => {
                self.outline.title(&known.title);
                self.block = known.searched.join("\n");
            }
            // It stays in the block, and so is searched as the text it is.
            Err(malformed) => {
                self.outline.title(malformed.title);
                let line = self.block.lines().nth(malformed.line - 1);
                // The first line is the one that marks it.
                let place = Place::Line(malformed.line as u64 + 1);
                self.notes.remark(
                    place,
                    "front matter not understood",
                    line.unwrap_or_default(),
                );
            }
        }
    }

    /// A single tag within a line.
    fn inline_html(&mut self, tag: &str, range: Range<usize>) {
        match html::inline(tag) {
            Some(html::Inline::Break) => self.push(" ", range),
            Some(html::Inline::Words(words)) => {
                self.picture();
                self.push(&words, range);
                self.is_after_picture = true;
            }
            Some(html::Inline::Link(target)) => self.open_link(&target),
            Some(html::Inline::LinkEnd) => self.close_link(),
            None => {}
        }
    }

    fn html_block(&mut self) {
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
