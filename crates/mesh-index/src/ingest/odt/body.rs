//! The content part by part: headings, paragraphs and tables, told to the outline.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::events::BytesStart;

use super::KIND;
use super::lists::Lists;
use crate::ingest::link;
use crate::ingest::office::table::Table;
use crate::ingest::office::xml::{self, Node};
use crate::ingest::outline::Outline;
use crate::ingest::skip::SkipReason;
use crate::ingest::slug::Slugs;
use crate::record::Passage;

/// Elements whose content is not shown in the text, or says it twice.
const NOT_SHOWN: [&str; 9] = [
    "alphabetical-index",
    "event-listeners",
    "forms",
    "note-citation",
    "scripts",
    "sequence-decls",
    "table-of-content",
    "title",
    "tracked-changes",
];

#[derive(Debug)]
pub(super) struct Body<'a> {
    outline: Outline<'a>,
    slugs: Slugs,
    /// The styles that parts of the document have, with what they are based on.
    parents: HashMap<String, String>,
    /// One in the other, where a note or a box of text stands in a paragraph.
    open: Vec<Paragraph>,
    table: Table,
    lists: Lists,
    /// Where the text of the open link begins in its paragraph, and where it leads.
    link: Option<(usize, String)>,
    count: u32,
    is_in_list: bool,
    not_shown: u32,
}

#[derive(Debug)]
struct Paragraph {
    text: String,
    number: u32,
    role: Role,
}

#[derive(Debug)]
enum Role {
    Title,
    Heading(u8),
    Text,
}

impl<'a> Body<'a> {
    pub(super) fn new(path: &'a str) -> Self {
        Self {
            outline: Outline::new(path),
            slugs: Slugs::default(),
            parents: HashMap::new(),
            open: Vec::new(),
            table: Table::default(),
            lists: Lists::default(),
            link: None,
            count: 0,
            is_in_list: false,
            not_shown: 0,
        }
    }

    /// From the part that tells the styles of the whole document, how lists are numbered; gives what stands above and below
    /// its pages.
    pub(super) fn read_styles(&mut self, text: &str) -> Result<Vec<String>, SkipReason> {
        let mut pages: Vec<String> = Vec::new();
        let mut open = None;
        for node in xml::nodes(KIND, text) {
            match node? {
                Node::Start(tag) => match xml::name(&tag) {
                    name if is_furniture(name) => open = Some(String::new()),
                    _ if open.is_none() => self.lists.start(&tag),
                    _ => {}
                },
                Node::End(tag) => {
                    let name = tag.local_name().into_inner();
                    let is_over = is_furniture(name);
                    if let Some(page) = open.as_mut().filter(|_| name == "p") {
                        page.push('\n');
                    } else if let Some(page) = open.take_if(|_| is_over)
                        && !pages.contains(&page)
                    {
                        pages.push(page);
                    }
                }
                Node::Text(text) => {
                    if let Some(page) = &mut open {
                        page.push_str(&text);
                    }
                }
            }
        }
        pages.retain(|page| page.contains(char::is_alphabetic));
        Ok(pages)
    }

    /// What stands on pages rather than in the document.
    pub(super) fn notes(&mut self, texts: &[String]) {
        self.outline.close(1);
        for text in texts {
            self.outline.block(text.trim(), self.count, self.count);
        }
    }

    pub(super) fn read(&mut self, text: &str) -> Result<(), SkipReason> {
        for node in xml::nodes(KIND, text) {
            match node? {
                Node::Start(tag) => self.start(&tag),
                Node::End(tag) => self.end(tag.local_name().into_inner()),
                Node::Text(text) if self.not_shown == 0 => self.push(&text),
                Node::Text(_) => {}
            }
        }
        Ok(())
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
        self.lists.start(tag);
        match name {
            // Takes in who made a remark, and when: its paragraphs stand within it.
            "annotation" => self.open.push(Paragraph {
                text: String::new(),
                number: self.count,
                role: Role::Text,
            }),
            "style" => self.style(tag),
            "h" | "p" => {
                self.count = self.count.saturating_add(1);
                let role = self.role(name, tag);
                self.open.push(Paragraph {
                    text: String::new(),
                    number: self.count,
                    role,
                });
            }
            "a" => self.open_link(tag),
            // A picture's, to those who do not see it.
            "s" | "tab" | "desc" => self.push(" "),
            "line-break" => self.push("\n"),
            name => {
                if let Some(name) = of_table(name) {
                    self.table.start(name);
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        if self.not_shown > 0 {
            self.not_shown -= 1;
            return;
        }
        self.lists.end(name);
        match name {
            "annotation" => drop(self.open.pop()),
            "desc" => self.push(" "),
            "a" => self.close_link(),
            "h" | "p" => {
                if let Some(paragraph) = self.open.pop() {
                    self.paragraph(&paragraph);
                }
            }
            name => {
                let ended = of_table(name).and_then(|name| self.table.end(name));
                if let Some((text, (first, last))) = ended {
                    self.outline.block(&text, first, last);
                }
            }
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn open_link(&mut self, tag: &BytesStart<'_>) {
        let start = self.open.last().map(|paragraph| paragraph.text.len());
        self.link = start.zip(xml::value(tag, "href").map(Cow::into_owned));
    }

    fn close_link(&mut self) {
        if let (Some((start, target)), Some(paragraph)) = (self.link.take(), self.open.last_mut())
            && matches!(paragraph.role, Role::Text)
            && let Some(shown) = paragraph
                .text
                .get(start..)
                .and_then(|text| link::shown(text, &target))
        {
            paragraph.text.push_str(&shown);
        }
    }

    fn style(&mut self, tag: &BytesStart<'_>) {
        let name = xml::value(tag, "name");
        let parent = xml::value(tag, "parent-style-name");
        if let (Some(name), Some(parent)) = (name, parent) {
            self.parents.insert(name.into_owned(), parent.into_owned());
        }
    }

    fn role(&self, name: &str, tag: &BytesStart<'_>) -> Role {
        if name == "h" {
            let level = xml::value(tag, "outline-level").and_then(|level| level.parse().ok());
            return Role::Heading(level.unwrap_or(1));
        }
        let style = xml::value(tag, "style-name").unwrap_or_default();
        let parent = self.parents.get(&*style).map(String::as_str);
        match parent.unwrap_or(&style) {
            "Title" => Role::Title,
            _ => Role::Text,
        }
    }

    fn heading(&mut self, level: u8, text: &str, number: u32) {
        let anchor = self.slugs.next(text);
        self.outline.heading(level, text, Some(anchor), number);
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        let (text, number) = (paragraph.text.trim(), paragraph.number);
        if text.is_empty() {
            return;
        }
        let mark = self.lists.mark();
        if self.table.is_open() {
            let mark = mark.filter(|mark| Lists::is_numbered(mark));
            let text = format!("{} {text}", mark.unwrap_or_default());
            return self.table.paragraph(text.trim(), number);
        }
        match paragraph.role {
            Role::Title if self.outline.headline(text, number) => {}
            Role::Title => self.heading(1, text, number),
            Role::Heading(level) => self.heading(level, text, number),
            Role::Text if self.lists.depth() > 0 => {
                if self.lists.depth() == 1 && mark.is_some() {
                    self.outline.entry();
                }
                self.is_in_list = true;
                let text = format!("{} {text}", mark.unwrap_or_default());
                self.outline.block(text.trim_start(), number, number);
            }
            Role::Text => {
                if std::mem::take(&mut self.is_in_list) {
                    self.outline.entry();
                }
                self.outline.block(text, number, number);
            }
        }
    }
}

fn is_furniture(name: &str) -> bool {
    matches!(
        name,
        "header" | "header-left" | "header-first" | "footer" | "footer-left" | "footer-first"
    )
}

/// By the names that Word has for them.
fn of_table(name: &str) -> Option<&'static str> {
    match name {
        "table" => Some("tbl"),
        "table-row" => Some("tr"),
        // A covered one lies below a cell that takes the room of several.
        "table-cell" | "covered-table-cell" => Some("tc"),
        _ => None,
    }
}
