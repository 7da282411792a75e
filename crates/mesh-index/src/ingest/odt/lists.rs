//! The lists that are open, and the marks of their items. A document keeps only how items are numbered, not their numbers.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use crate::ingest::numerals::Numerals;
use crate::ingest::office::xml;

const BULLET: &str = "-";

#[derive(Debug, Default)]
pub(super) struct Lists {
    /// By name, their levels from the outermost.
    styles: HashMap<String, Vec<Level>>,
    /// The style that is being told.
    told: String,
    /// The outermost first.
    open: Vec<List>,
    /// By style, the last number of the list that ended last.
    ended: HashMap<String, u32>,
    /// Of the item that has no paragraph yet.
    mark: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Level {
    /// `None` where it has bullets.
    numerals: Option<Numerals>,
    prefix: String,
    suffix: String,
    start: u32,
    /// How many numbers are shown: those of the lists around it before its own.
    shown: usize,
}

#[derive(Debug)]
struct List {
    style: String,
    last: Option<u32>,
}

impl Lists {
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The mark of a paragraph: an item's first one has it.
    pub(super) fn mark(&mut self) -> Option<String> {
        self.mark.take()
    }

    pub(super) fn is_numbered(mark: &str) -> bool {
        mark != BULLET
    }

    pub(super) fn start(&mut self, tag: &BytesStart<'_>) {
        let value = |name| xml::value(tag, name).unwrap_or_default().into_owned();
        match xml::name(tag) {
            "list-style" => self.told = value("name"),
            "list-level-style-number" | "list-level-style-bullet" => self.level(tag),
            "list" => self.open(value("style-name"), is_continued(tag)),
            "list-item" => self.item(value("start-value").parse().ok()),
            "list-header" => self.mark = None,
            _ => {}
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        match name {
            "list" => {
                let ended = self.open.pop();
                self.ended
                    .extend(ended.and_then(|list| Some((list.style, list.last?))));
            }
            "list-item" => self.mark = None,
            _ => {}
        }
    }

    fn level(&mut self, tag: &BytesStart<'_>) {
        /// As many as an office has.
        const MAX_LEVELS: usize = 10;
        let value = |name| xml::value(tag, name).unwrap_or_default().into_owned();
        let at = value("level")
            .parse()
            .ok()
            .filter(|at| (1..=MAX_LEVELS).contains(at));
        let Some(at) = at else { return };
        let levels = self.styles.entry(self.told.clone()).or_default();
        levels.resize(levels.len().max(at), Level::default());
        levels[at - 1] = Level {
            numerals: Numerals::of(&value("num-format")),
            prefix: value("num-prefix"),
            suffix: value("num-suffix"),
            start: value("start-value").parse().unwrap_or(1),
            shown: value("display-levels").parse().unwrap_or(1),
        };
    }

    /// A list within another one has the other's style, unless it names its own.
    fn open(&mut self, style: String, is_continued: bool) {
        let style = match self.open.last() {
            Some(outer) if style.is_empty() => outer.style.clone(),
            _ => style,
        };
        let last = self.ended.get(&style).copied().filter(|_| is_continued);
        self.open.push(List { style, last });
    }

    fn item(&mut self, number: Option<u32>) {
        let depth = self.open.len();
        let Some(list) = self.open.last_mut() else {
            return;
        };
        let levels = self.styles.get(&list.style).map_or(&[][..], Vec::as_slice);
        let level = levels.get(depth - 1);
        let next = match list.last {
            Some(last) => last.saturating_add(1),
            None => level.map_or(1, |level| level.start),
        };
        list.last = Some(number.unwrap_or(next));
        let shown = level.and_then(|level| level.mark(levels, &self.open));
        self.mark = Some(shown.unwrap_or_else(|| BULLET.to_owned()));
    }
}

impl Level {
    fn mark(&self, levels: &[Self], open: &[List]) -> Option<String> {
        self.numerals?;
        let first = open.len().saturating_sub(self.shown.max(1));
        let numbers = levels.iter().zip(open).skip(first);
        let numbers: Vec<String> = numbers
            .filter_map(|(level, list)| Some(level.numerals?.shown(list.last?)))
            .collect();
        let mark = format!("{}{}{}", self.prefix, numbers.join("."), self.suffix);
        Some(mark.trim().to_owned())
    }
}

fn is_continued(tag: &BytesStart<'_>) -> bool {
    xml::value(tag, "continue-list").is_some()
        || xml::value(tag, "continue-numbering").is_some_and(|value| value == "true")
}
