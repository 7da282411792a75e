//! The numbers of paragraphs. A document keeps only which list a paragraph is in; they are counted when it is shown.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use super::KIND;
use crate::ingest::numerals::Numerals;
use crate::ingest::office::xml::{self, Node};
use crate::ingest::skip::SkipReason;

/// As many as Word has.
const MAX_LEVELS: usize = 9;

#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// By the ids that paragraphs name.
    lists: HashMap<String, List>,
    /// Several lists can be of one kind, and go on counting one after the other.
    kinds: HashMap<String, Kind>,
}

#[derive(Debug, Default)]
struct List {
    kind: String,
    /// The numbers with which levels begin in this list, whatever those of its kind begin with.
    starts: HashMap<usize, u32>,
    has_begun: bool,
}

#[derive(Debug, Default)]
struct Kind {
    levels: [Level; MAX_LEVELS],
    /// The numbers given last.
    last: [Option<u32>; MAX_LEVELS],
}

#[derive(Debug, Default)]
struct Level {
    start: u32,
    /// `None` where it has bullets.
    numerals: Option<Numerals>,
    /// `%1.%2.`: the numbers of the levels and what stands between them.
    text: String,
}

/// Where in the part we are.
#[derive(Debug)]
enum Open {
    Kind(String),
    List(String),
}

impl Numbering {
    pub(super) fn read(text: &str) -> Result<Self, SkipReason> {
        let mut numbering = Self::default();
        let mut open = None;
        let mut level = 0;
        // A kind may leave its levels to a style, which is told by another one.
        let (mut left_to, mut told_by) = (HashMap::new(), HashMap::new());
        for node in xml::nodes(KIND, text) {
            let Node::Start(tag) = node? else {
                continue;
            };
            let id = |name| xml::value(&tag, name).unwrap_or_default().into_owned();
            match xml::name(&tag) {
                "abstractNum" => open = Some(Open::Kind(id("abstractNumId"))),
                "num" => open = Some(Open::List(id("numId"))),
                "lvl" | "lvlOverride" => level = id("ilvl").parse().unwrap_or(MAX_LEVELS),
                name => match &open {
                    Some(Open::Kind(kind)) if name == "numStyleLink" => {
                        left_to.insert(kind.clone(), id("val"));
                    }
                    Some(Open::Kind(kind)) if name == "styleLink" => {
                        told_by.insert(id("val"), kind.clone());
                    }
                    Some(Open::Kind(kind)) => {
                        let kind = numbering.kinds.entry(kind.clone()).or_default();
                        if let Some(level) = kind.levels.get_mut(level) {
                            level.property(name, &tag);
                        }
                    }
                    Some(Open::List(list)) => {
                        let list = numbering.lists.entry(list.clone()).or_default();
                        list.property(name, &id("val"), level);
                    }
                    None => {}
                },
            }
        }
        for list in numbering.lists.values_mut() {
            if let Some(kind) = left_to.get(&list.kind).and_then(|style| told_by.get(style)) {
                list.kind.clone_from(kind);
            }
        }
        Ok(numbering)
    }

    /// Counts a paragraph of a list, and gives its number as it is shown; `None` where it has a bullet.
    pub(super) fn next(&mut self, list: &str, depth: u8) -> Option<String> {
        let list = self.lists.get_mut(list)?;
        let kind = self.kinds.get_mut(&list.kind)?;
        let depth = usize::from(depth);
        if !std::mem::replace(&mut list.has_begun, true) {
            for level in list.starts.keys() {
                kind.last[*level] = None;
            }
        }
        let start = |at: usize| list.starts.get(&at).copied();
        let last = *kind.last.get(depth)?;
        let first = start(depth).unwrap_or(kind.levels[depth].start);
        kind.last[depth] = Some(last.map_or(first, |number| number.saturating_add(1)));
        kind.last[depth + 1..].fill(None);
        kind.shown(depth)
    }
}

impl List {
    fn property(&mut self, name: &str, value: &str, level: usize) {
        match name {
            "abstractNumId" => value.clone_into(&mut self.kind),
            "startOverride" if level < MAX_LEVELS => {
                self.starts.insert(level, value.parse().unwrap_or(1));
            }
            _ => {}
        }
    }
}

impl Kind {
    fn shown(&self, depth: usize) -> Option<String> {
        self.levels[depth].numerals?;
        let mut shown = String::new();
        let mut text = self.levels[depth].text.chars();
        while let Some(c) = text.next() {
            let digit = text.clone().next().and_then(|digit| digit.to_digit(10));
            let level = digit.and_then(|digit| (digit as usize).checked_sub(1));
            match level.and_then(|level| Some((self.levels.get(level)?, self.last[level]))) {
                Some((level, last)) if c == '%' => {
                    text.next();
                    let numerals = level.numerals.unwrap_or_default();
                    shown.push_str(&numerals.shown(last.unwrap_or(level.start)));
                }
                _ => shown.push(c),
            }
        }
        let shown = shown.trim();
        (!shown.is_empty()).then(|| shown.to_owned())
    }
}

impl Level {
    fn property(&mut self, name: &str, tag: &BytesStart<'_>) {
        let value = xml::value(tag, "val").unwrap_or_default();
        match name {
            "start" => self.start = value.parse().unwrap_or(1),
            "numFmt" => self.numerals = numerals(&value),
            "lvlText" => self.text = value.into_owned(),
            _ => {}
        }
    }
}

/// Numbers in words and in other scripts are shown as Arabic ones.
fn numerals(format: &str) -> Option<Numerals> {
    match format {
        "bullet" | "none" => None,
        "lowerLetter" => Some(Numerals::Letters),
        "upperLetter" => Some(Numerals::Capitals),
        "lowerRoman" => Some(Numerals::Roman),
        "upperRoman" => Some(Numerals::RomanCapitals),
        _ => Some(Numerals::Arabic),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_counted_by_list_and_level() {
        let level = |at: u8, format: &str, text: &str| {
            format!(
                "<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{format}'/><w:lvlText w:val='{text}'/></w:lvl>"
            )
        };
        let part = format!(
            "<w:numbering><w:abstractNum w:abstractNumId='0'>{}{}{}</w:abstractNum>\
             <w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>\
             <w:num w:numId='2'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/></w:lvlOverride></w:num></w:numbering>",
            level(0, "decimal", "%1."),
            level(1, "lowerLetter", "%1.%2)"),
            level(2, "bullet", "\u{f0b7}"),
        );
        let mut numbering = Numbering::read(&part).expect("XML");
        let given = [
            ("1", 0),
            ("1", 1),
            ("1", 1),
            ("1", 2),
            ("1", 0),
            ("1", 1),
            ("2", 0),
            ("2", 0),
            ("2", 9),
            ("3", 0),
        ]
        .map(|(list, depth)| numbering.next(list, depth));
        let given: Vec<_> = given.iter().map(Option::as_deref).collect();
        assert_eq!(
            given,
            [
                Some("1."),
                Some("1.a)"),
                Some("1.b)"),
                None,
                Some("2."),
                Some("2.a)"),
                Some("7."),
                Some("8."),
                None,
                None
            ]
        );
    }
}
