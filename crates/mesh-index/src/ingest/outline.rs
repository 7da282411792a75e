//! From headings and blocks to passages: every reader of documents tells its story to an `Outline`.

use std::collections::HashMap;

use super::changelog;
use super::identity;
use super::sizing::{self, Block};
use super::title::{self, is_telling, without_site};
use super::visible::visible;
use crate::record::Passage;

/// Every passage repeats its headings, so one giant heading must not make the corpus grow with its square.
const MAX_HEADING_BYTES: usize = 240;
const DEEPEST_HEADING: usize = 12;
const MAX_ANCHOR_BYTES: usize = 240;

#[derive(Debug)]
pub(crate) struct Outline<'a> {
    path: &'a str,
    title: Option<String>,
    first_heading: Option<String>,
    is_named_changelog: bool,
    open: Vec<Heading>,
    anchor: Option<String>,
    blocks: Vec<Block>,
    positions: HashMap<String, u32>,
    passages: Vec<Passage>,
}

#[derive(Debug)]
struct Heading {
    level: u8,
    text: String,
    anchor: Option<String>,
}

impl<'a> Outline<'a> {
    pub(crate) fn new(path: &'a str) -> Self {
        Self {
            path,
            title: None,
            first_heading: None,
            is_named_changelog: changelog::is_named_so(path),
            open: Vec::new(),
            anchor: None,
            blocks: Vec::new(),
            positions: HashMap::new(),
            passages: Vec::new(),
        }
    }

    /// The title the document gives itself; the first one that tells something counts.
    pub(crate) fn title(&mut self, text: &str) {
        let text = folded(text);
        if self.title.is_none() && is_telling(&text) {
            self.title = Some(text);
        }
    }

    /// A heading: what follows belongs to it until one of the same or a higher rank.
    pub(crate) fn heading(&mut self, level: u8, text: &str, anchor: Option<String>) {
        self.finish_section();
        self.close(level);
        let text = folded(text);
        // A document that begins with a release is more than that release.
        let is_release =
            self.is_release(&text) || self.open.iter().any(|above| self.is_release(&above.text));
        if self.first_heading.is_none() && !text.is_empty() && !is_release {
            self.first_heading = Some(text.clone());
        }
        if self.open.len() < DEEPEST_HEADING {
            let anchor = anchor.filter(|name| is_usable(name)).or(self.anchor.take());
            self.anchor.clone_from(&anchor);
            self.open.push(Heading {
                level,
                text,
                anchor,
            });
        }
    }

    /// An item that is in no other begins, or what follows the list. In a changelog it is a passage of its own.
    pub(crate) fn entry(&mut self) {
        let is_single = |heading: &Heading| changelog::is_single_change(&heading.text);
        if self.is_changelog() && !self.open.last().is_some_and(is_single) {
            self.finish_section();
        }
    }

    /// Whether what follows belongs to a release.
    pub(crate) fn is_changelog(&self) -> bool {
        let is_release = |heading: &Heading| changelog::is_release(&heading.text);
        self.is_named_changelog || self.open.iter().any(is_release)
    }

    fn is_release(&self, heading: &str) -> bool {
        changelog::is_release(heading)
            || (self.is_named_changelog && changelog::names_version(heading))
    }

    /// Leaves every heading of this rank and below: what follows belongs to the one above.
    pub(crate) fn close(&mut self, level: u8) {
        if self.open.last().is_none_or(|heading| heading.level < level) {
            return;
        }
        self.finish_section();
        while self.open.pop_if(|heading| heading.level >= level).is_some() {}
        self.anchor = self.open.last().and_then(|heading| heading.anchor.clone());
    }

    /// A place with a name but no heading, such as a page.
    pub(crate) fn place(&mut self, anchor: String) {
        self.finish_section();
        self.anchor = Some(anchor);
    }

    pub(crate) fn block(&mut self, text: &str, line_start: u32, line_end: u32) {
        let text = visible(text);
        let text = text.trim_end().trim_start_matches(['\n', '\r']);
        if !text.is_empty() {
            self.blocks.push(Block {
                text: text.to_owned(),
                line_start,
                line_end: line_end.max(line_start),
            });
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Passage> {
        self.finish_section();
        let heading = self.first_heading.as_deref();
        let title = match &self.title {
            Some(title) => without_site(title, heading),
            None => heading.unwrap_or(title::of_path(self.path)),
        };
        let title = title.to_owned();
        for passage in &mut self.passages {
            if passage.headings.first() == Some(&title) {
                passage.headings.remove(0);
            }
            passage.title.clone_from(&title);
        }
        self.passages
    }

    fn finish_section(&mut self) {
        for block in sizing::pack(std::mem::take(&mut self.blocks)) {
            let passage = self.passage(block);
            self.passages.push(passage);
        }
    }

    fn passage(&mut self, block: Block) -> Passage {
        let place = self.anchor.clone().unwrap_or_default();
        let position = self.positions.entry(place.clone()).or_default();
        *position += 1;
        Passage {
            id: identity::derive(&[self.path, &place, &position.to_string()]),
            path: self.path.to_owned(),
            anchor: self.anchor.clone(),
            line_start: block.line_start,
            line_end: block.line_end,
            title: String::new(),
            headings: self
                .open
                .iter()
                .filter(|heading| !heading.text.is_empty())
                .map(|heading| heading.text.clone())
                .collect(),
            text: block.text,
        }
    }
}

/// An anchor that can stand in an address; a longer one is no anchor but an accident.
fn is_usable(anchor: &str) -> bool {
    !anchor.is_empty() && anchor.len() <= MAX_ANCHOR_BYTES && !anchor.contains(char::is_whitespace)
}

/// One line, single spaces, bounded.
fn folded(text: &str) -> String {
    let mut line = String::new();
    for word in visible(text).split_whitespace() {
        if line.len() + word.len() > MAX_HEADING_BYTES {
            line.push('…');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_section_gives_its_place_back_to_the_one_above() {
        let mut outline = Outline::new("a.html");
        outline.title("Manual");
        outline.heading(1, "Manual", Some("top".to_owned()));
        outline.heading(7, "-v", Some("opt-v".to_owned()));
        outline.block("Be loud.", 3, 3);
        outline.close(7);
        outline.block("After the list.", 5, 5);
        let seen: Vec<_> = outline
            .finish()
            .into_iter()
            .map(|passage| (passage.anchor, passage.headings, passage.text))
            .collect();
        assert_eq!(
            seen,
            [
                (
                    Some("opt-v".to_owned()),
                    vec!["-v".to_owned()],
                    "Be loud.".to_owned()
                ),
                (Some("top".to_owned()), vec![], "After the list.".to_owned()),
            ]
        );
    }

    #[test]
    fn ids_count_the_passages_under_one_anchor() {
        let mut outline = Outline::new("a.md");
        outline.block("one", 1, 1);
        outline.heading(1, "x", Some("x".to_owned()));
        outline.block("two", 2, 2);
        outline.close(1);
        outline.block("three", 3, 3);
        let ids: Vec<String> = outline
            .finish()
            .into_iter()
            .map(|passage| passage.id)
            .collect();
        assert_eq!(
            ids,
            [
                identity::derive(&["a.md", "", "1"]),
                identity::derive(&["a.md", "x", "1"]),
                identity::derive(&["a.md", "", "2"]),
            ]
        );
    }
}
