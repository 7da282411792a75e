//! The document part by part: paragraphs and tables, told to the outline.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use super::KIND;
use super::numbering::Numbering;
use super::paragraph::Paragraph;
use super::styles::{Role, Styles};
use crate::ingest::html::{self, Piece};
use crate::ingest::office::table::Table;
use crate::ingest::office::xml::{self, Node};
use crate::ingest::outline::Outline;
use crate::ingest::skip::SkipReason;
use crate::ingest::slug::Slugs;
use crate::record::Passage;

/// Elements whose content is not shown: what was there before a change, and what older editions show in another's place.
const NOT_SHOWN: [&str; 8] = [
    "Fallback",
    "delText",
    "instrText",
    "moveFrom",
    "pPrChange",
    "rPrChange",
    "sectPr",
    "tblPr",
];

#[derive(Debug)]
pub(super) struct Body<'a> {
    outline: Outline<'a>,
    styles: &'a Styles,
    numbering: Numbering,
    /// Where links lead, by id.
    pub(super) links: HashMap<String, String>,
    /// The pages that are inserted, by id.
    pub(super) chunks: HashMap<String, String>,
    slugs: Slugs,
    /// One in the other, where a box of text is anchored in a paragraph.
    open: Vec<Paragraph>,
    table: Table,
    count: u32,
    is_in_list: bool,
    /// How deep we are in what is not shown.
    not_shown: u32,
}

impl<'a> Body<'a> {
    pub(super) fn new(path: &'a str, styles: &'a Styles, numbering: Numbering) -> Self {
        Self {
            outline: Outline::new(path),
            styles,
            numbering,
            links: HashMap::new(),
            chunks: HashMap::new(),
            slugs: Slugs::default(),
            open: Vec::new(),
            table: Table::default(),
            count: 0,
            is_in_list: false,
            not_shown: 0,
        }
    }

    pub(super) fn read(&mut self, text: &str) -> Result<(), SkipReason> {
        for node in xml::nodes(KIND, text) {
            match node? {
                Node::Start(tag) => self.start(&tag),
                Node::End(tag) => self.end(tag.local_name().into_inner()),
                Node::Text(text) if self.not_shown == 0 => {
                    if let Some(paragraph) = self.open.last_mut() {
                        paragraph.text(&text);
                    }
                }
                Node::Text(_) => {}
            }
        }
        Ok(())
    }

    /// What follows belongs to the whole document.
    pub(super) fn leave_headings(&mut self) {
        self.outline.close(1);
    }

    /// What stands on pages rather than in the document.
    pub(super) fn note(&mut self, text: &str) {
        self.outline.block(text, self.count, self.count);
    }

    /// `title` counts where no paragraph is one.
    pub(super) fn finish(mut self, title: &str) -> Vec<Passage> {
        self.outline.title(title);
        self.outline.finish()
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        let name = xml::name(tag);
        if self.not_shown > 0 || NOT_SHOWN.contains(&name) {
            self.not_shown += 1;
            return;
        }
        match name {
            "p" => {
                self.count = self.count.saturating_add(1);
                self.open.push(Paragraph::new(self.count));
            }
            "tbl" | "tr" | "tc" => self.table.start(name),
            "gridSpan" => self.table.span(columns(tag)),
            // The row begins further right.
            "gridBefore" => {
                self.table.start("tc");
                self.table.span(columns(tag));
            }
            "altChunk" => {
                let page = xml::prefixed(tag, "id").and_then(|id| self.chunks.remove(&*id));
                self.insert(&page.unwrap_or_default());
            }
            "hyperlink" => {
                let target = xml::prefixed(tag, "id").and_then(|id| self.links.get(&*id));
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.open_link(target.cloned());
                }
            }
            _ => {
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.start(tag, self.styles);
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        if self.not_shown > 0 {
            self.not_shown -= 1;
            return;
        }
        match name {
            "p" => {
                if let Some(paragraph) = self.open.pop() {
                    self.paragraph(&paragraph);
                }
            }
            "tbl" | "tr" | "tc" => {
                if let Some((text, (first, last))) = self.table.end(name) {
                    self.outline.block(&text, first, last);
                }
            }
            _ => {
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.end(name);
                }
            }
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        let text = paragraph.text.trim();
        let number = paragraph.number;
        if paragraph.role == Role::Contents {
            return self.outline.left_out();
        }
        // A paragraph is counted though nothing stands in it, and so is a heading.
        let list = paragraph.list.as_ref();
        let mark = list.and_then(|list| self.numbering.next(&list.id, list.depth));
        if self.table.is_open() {
            let text = format!("{} {text}", mark.unwrap_or_default());
            return self.table.paragraph(text.trim(), number);
        }
        if text.is_empty() {
            return;
        }
        match paragraph.role {
            Role::Title if self.outline.headline(text, number) => {}
            Role::Title => self.heading(1, None, text, number),
            Role::Heading(level) => self.heading(level, mark, text, number),
            Role::Text | Role::Contents if list.is_none() => self.text(text, number),
            Role::Item | Role::Text | Role::Contents => {
                if list.is_none_or(|list| list.depth == 0) {
                    self.outline.entry();
                }
                self.item(mark.as_deref().unwrap_or("-"), text, number);
            }
        }
    }

    fn insert(&mut self, page: &str) {
        self.count = self.count.saturating_add(1);
        for piece in html::pieces(page) {
            match piece {
                Piece::Heading(level, text) => self.heading(level, None, &text, self.count),
                Piece::Text(text) => self.text(&text, self.count),
            }
        }
    }

    fn heading(&mut self, level: u8, mark: Option<String>, text: &str, number: u32) {
        let anchor = self.slugs.next(text);
        let text = format!("{} {text}", mark.unwrap_or_default());
        let text = text.trim_start();
        self.outline.heading(level, text, Some(anchor), number);
    }

    fn item(&mut self, mark: &str, text: &str, number: u32) {
        self.is_in_list = true;
        let text = format!("{mark} {text}");
        self.outline.block(&text, number, number);
    }

    fn text(&mut self, text: &str, number: u32) {
        if std::mem::take(&mut self.is_in_list) {
            self.outline.entry();
        }
        self.outline.block(text, number, number);
    }
}

fn columns(tag: &BytesStart<'_>) -> usize {
    let columns = xml::value(tag, "val").and_then(|columns| columns.parse().ok());
    columns.unwrap_or(1)
}
