//! What a paragraph is by its style. Styles have names that are English in every edition, ids that are not.

use std::collections::HashMap;

use super::KIND;
use crate::ingest::office::xml::{self, Node};
use crate::ingest::skip::SkipReason;

/// A chain of styles is a few long; one that leads back to itself has no end.
const MAX_ANCESTORS: usize = 16;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    #[default]
    Text,
    Title,
    Heading(u8),
    Item,
    /// An entry of a table of contents, which says everything twice.
    Contents,
}

/// Which list a paragraph is an item of, and how deep in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    pub(super) id: String,
    pub(super) depth: u8,
}

#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    level: Option<u8>,
    list: Option<List>,
}

impl Styles {
    pub(super) fn read(text: &str) -> Result<Self, SkipReason> {
        let mut styles = Self::default();
        let mut open: Option<(String, Style)> = None;
        for node in xml::nodes(KIND, text) {
            match node? {
                Node::Start(tag) if xml::name(&tag) == "style" => {
                    let id = xml::value(&tag, "styleId").unwrap_or_default();
                    open = Some((id.into_owned(), Style::default()));
                }
                Node::Start(tag) => {
                    let value = xml::value(&tag, "val");
                    if let (Some((_, style)), Some(value)) = (&mut open, value) {
                        style.property(xml::name(&tag), &value);
                    }
                }
                Node::End(tag) if tag.local_name().into_inner() == "style" => {
                    styles.0.extend(open.take());
                }
                Node::End(_) | Node::Text(_) => {}
            }
        }
        Ok(styles)
    }

    /// What a paragraph of this style is. A style that is not told of is known by its id.
    pub(super) fn role(&self, id: &str) -> Role {
        let mut id = id;
        for _ in 0..MAX_ANCESTORS {
            let Some(style) = self.0.get(id) else {
                return role(id);
            };
            let own = style.level.map_or_else(|| role(&style.name), heading);
            match (own, &style.based_on) {
                (Role::Text, Some(parent)) => id = parent,
                _ => return own,
            }
        }
        Role::Text
    }

    /// The list that a paragraph of this style is in.
    pub(super) fn list(&self, id: &str) -> Option<List> {
        let mut id = id;
        for _ in 0..MAX_ANCESTORS {
            let style = self.0.get(id)?;
            match &style.list {
                Some(list) => return Some(list.clone()).filter(|list| list.id != "0"),
                None => id = style.based_on.as_ref()?,
            }
        }
        None
    }
}

impl Style {
    fn property(&mut self, name: &str, value: &str) {
        match name {
            "name" => value.clone_into(&mut self.name),
            "basedOn" => self.based_on = Some(value.to_owned()),
            "outlineLvl" => self.level = value.parse().ok(),
            "ilvl" => self.list.get_or_insert_default().depth = value.parse().unwrap_or(0),
            "numId" => value.clone_into(&mut self.list.get_or_insert_default().id),
            _ => {}
        }
    }
}

/// By an outline level, which counts from zero; nine is text.
pub(super) fn heading(level: u8) -> Role {
    if level < 9 {
        Role::Heading(level + 1)
    } else {
        Role::Text
    }
}

fn role(name: &str) -> Role {
    let name = name.to_lowercase().replace(' ', "");
    let level = name.strip_prefix("heading").map(str::parse::<u8>);
    match level {
        Some(Ok(level)) if level > 0 => heading(level - 1),
        _ if name == "title" => Role::Title,
        _ if name.starts_with("toc") => Role::Contents,
        _ if name.starts_with("listbullet") || name.starts_with("listnumber") => Role::Item,
        _ => Role::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_that_is_based_on_itself_is_text() {
        let styles = "<w:styles><w:style w:styleId='a'><w:basedOn w:val='b'/></w:style><w:style w:styleId='b'><w:basedOn w:val='a'/></w:style></w:styles>";
        let styles = Styles::read(styles).expect("XML");
        assert_eq!(styles.role("a"), Role::Text);
        assert_eq!(styles.role("ListBullet2"), Role::Item);
        assert_eq!(styles.role("Heading3"), Role::Heading(3));
    }
}
