//! A paragraph as it is read: its text, and what it is.

use quick_xml::events::BytesStart;

use super::styles::{self, List, Role, Styles};
use crate::ingest::link;
use crate::ingest::office::xml;

#[derive(Debug, Default)]
pub(super) struct Paragraph {
    pub(super) text: String,
    /// 1-based.
    pub(super) number: u32,
    pub(super) role: Role,
    /// The list that it is an item of.
    pub(super) list: Option<List>,
    /// Where the text of the open link begins, and where it leads.
    link: Option<(usize, String)>,
    /// Its properties and those of its mark are no text, though some are called like it.
    is_in_properties: bool,
    is_in_text: bool,
    is_hidden: bool,
}

impl Paragraph {
    pub(super) fn new(number: u32) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    pub(super) fn start(&mut self, tag: &BytesStart<'_>, styles: &Styles) {
        match xml::name(tag) {
            "pPr" => self.is_in_properties = true,
            name if self.is_in_properties => self.property(name, tag, styles),
            "t" => self.is_in_text = true,
            "r" => self.is_hidden = false,
            "vanish" => self.is_hidden = xml::is_on(tag),
            "tab" | "ptab" => self.push(" "),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            // What a picture says to those who do not see it.
            "docPr" => {
                if let Some(told) = xml::value(tag, "descr").filter(|it| !it.trim().is_empty()) {
                    self.push(&format!(" {} ", told.trim()));
                }
            }
            _ => {}
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        match name {
            "pPr" => self.is_in_properties = false,
            "t" => self.is_in_text = false,
            "hyperlink" => self.close_link(),
            _ => {}
        }
    }

    pub(super) fn open_link(&mut self, target: Option<String>) {
        self.link = target.map(|target| (self.text.len(), target));
    }

    fn close_link(&mut self) {
        if let Some((start, target)) = self.link.take()
            && matches!(self.role, Role::Text | Role::Item)
            && let Some(shown) = link::shown(&self.text[start..], &target)
        {
            self.push(&shown);
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        if self.is_in_text {
            self.push(text);
        }
    }

    fn push(&mut self, text: &str) {
        if !self.is_hidden {
            self.text.push_str(text);
        }
    }

    fn property(&mut self, name: &str, tag: &BytesStart<'_>, styles: &Styles) {
        let value = xml::value(tag, "val").unwrap_or_default();
        match name {
            "pStyle" => {
                self.role = styles.role(&value);
                self.list = styles.list(&value);
            }
            "outlineLvl" => {
                if let Ok(level) = value.parse() {
                    self.role = styles::heading(level);
                }
            }
            "ilvl" => self.list.get_or_insert_default().depth = value.parse().unwrap_or(0),
            // Zero takes it out of the list that its style puts it in.
            "numId" if value == "0" => self.list = None,
            "numId" => self.list.get_or_insert_default().id = value.into_owned(),
            _ => {}
        }
    }
}
