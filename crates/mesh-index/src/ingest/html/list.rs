//! The marks of the items of lists.

use super::tag::Tag;
use crate::ingest::numerals::Numerals;

pub(super) const BULLET: &str = "- ";

#[derive(Debug, Default)]
pub(super) struct Lists {
    /// The outermost first; `None` where items have no numbers.
    open: Vec<Option<Numbered>>,
    /// Of the item that has no words yet.
    mark: String,
}

#[derive(Debug)]
struct Numbered {
    next: u32,
    numerals: Numerals,
}

impl Lists {
    pub(super) fn start(&mut self, tag: &Tag) {
        match &tag.name[..] {
            b"ul" => self.open.push(None),
            b"ol" => self.open.push(Some(Numbered {
                next: tag.number().unwrap_or(1),
                numerals: tag.numerals(),
            })),
            b"li" => self.mark = self.number(tag).unwrap_or_else(|| BULLET.to_owned()),
            _ => {}
        }
    }

    pub(super) fn end(&mut self, name: &[u8]) {
        if matches!(name, b"ul" | b"ol") {
            self.open.pop();
        }
        if matches!(name, b"ul" | b"ol" | b"li") {
            self.mark.clear();
        }
    }

    /// What stands before the words that follow; empty but for the first ones of an item.
    pub(super) fn mark(&mut self) -> String {
        std::mem::take(&mut self.mark)
    }

    fn number(&mut self, item: &Tag) -> Option<String> {
        let list = self.open.last_mut()?.as_mut()?;
        let number = item.number().unwrap_or(list.next);
        list.next = number.saturating_add(1);
        Some(format!("{}. ", list.numerals.shown(number)))
    }
}
