//! From headings and blocks to passages: every reader of documents tells its story to an `Outline`.

mod bare;

use std::collections::HashMap;

use self::bare::Bare;
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
    /// The title's paragraph, where the document shows it.
    headline: Option<Block>,
    open: Vec<Heading>,
    bare: Bare,
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
    line: u32,
    /// Nothing stands below it so far.
    is_bare: bool,
}

impl<'a> Outline<'a> {
    pub(crate) fn new(path: &'a str) -> Self {
        Self {
            path,
            title: None,
            first_heading: None,
            is_named_changelog: changelog::is_named_so(path),
            headline: None,
            open: Vec::new(),
            bare: Bare::default(),
            anchor: None,
            blocks: Vec::new(),
            positions: HashMap::new(),
            passages: Vec::new(),
        }
    }

    /// The title the document gives itself; the first one that tells something counts.
    pub(crate) fn title(&mut self, text: &str) {
        let (text, _) = folded(text);
        if self.title.is_none() && is_telling(&text) {
            self.title = Some(text);
        }
    }

    /// A title that the document shows; `false` where it has one already, or this one tells nothing.
    pub(crate) fn headline(&mut self, text: &str, line: u32) -> bool {
        let (title, is_cut) = folded(text);
        if self.title.is_some() || !is_telling(&title) {
            return false;
        }
        self.title = Some(title);
        if is_cut {
            self.block(text, line, line);
        } else {
            self.headline = block(text, line, line);
        }
        true
    }

    /// A heading: what follows belongs to it until one of the same or a higher rank.
    pub(crate) fn heading(&mut self, level: u8, text: &str, anchor: Option<String>, line: u32) {
        self.finish_section();
        self.leave(level);
        self.open(level, text, anchor, line);
    }

    /// A name of what follows, as in a list of terms: one below which nothing stands is another name of the same thing.
    pub(crate) fn term(&mut self, level: u8, text: &str, anchor: Option<String>, line: u32) {
        self.finish_section();
        let is_other = |above: &mut Heading| above.level == level && above.is_bare;
        let other = self.open.pop_if(is_other);
        self.leave(level);
        self.open(level, text, anchor, line);
        if let Some(other) = other {
            self.block(&other.text, other.line, line);
        }
    }

    fn open(&mut self, level: u8, whole: &str, anchor: Option<String>, line: u32) {
        let (text, is_cut) = folded(whole);
        let line = line.max(1);
        // A document that begins with a release is more than that release.
        let is_release =
            self.is_release(&text) || self.open.iter().any(|above| self.is_release(&above.text));
        if self.first_heading.is_none() && !text.is_empty() && !is_release {
            self.first_heading = Some(text.clone());
        }
        if self.bare.depth != self.open.len() {
            self.tell_bare();
        }
        let is_opened = self.open.len() < DEEPEST_HEADING;
        if is_opened {
            self.note_content();
            let anchor = anchor.filter(|name| is_usable(name)).or(self.anchor.take());
            self.anchor.clone_from(&anchor);
            self.open.push(Heading {
                level,
                text,
                anchor,
                line,
                is_bare: true,
            });
        }
        if is_cut || !is_opened {
            self.block(whole, line, line);
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
        self.leave(level);
    }

    fn leave(&mut self, level: u8) {
        while self
            .open
            .last()
            .is_some_and(|heading| heading.level >= level)
        {
            if self.bare.depth == self.open.len() {
                self.tell_bare();
            }
            let closed = self.open.pop();
            if let Some(bare) = closed.filter(|heading| heading.is_bare) {
                self.keep_bare(bare);
            }
            self.anchor = self.open.last().and_then(|above| above.anchor.clone());
        }
    }

    /// A place with a name but no heading, such as a page.
    pub(crate) fn place(&mut self, anchor: String) {
        self.finish_section();
        self.anchor = Some(anchor);
    }

    pub(crate) fn block(&mut self, text: &str, line_start: u32, line_end: u32) {
        if let Some(block) = block(text, line_start, line_end) {
            self.note_content();
            self.blocks.push(block);
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Passage> {
        self.finish_section();
        self.close(0);
        self.tell_bare();
        if self.passages.is_empty() {
            self.blocks.extend(self.headline.take());
            self.finish_section();
        }
        let heading = self.first_heading.as_deref();
        let title = match &self.title {
            Some(title) => without_site(title, heading),
            None => heading.unwrap_or(title::of_path(self.path)),
        };
        let title = title.to_owned();
        // Every passage is found by the title: one that says no more is of no use beside others.
        let is_title = |it: &Passage| it.text == title && it.headings.is_empty();
        if !self.passages.iter().all(is_title) {
            self.passages.retain(|passage| !is_title(passage));
        }
        for passage in &mut self.passages {
            if passage.headings.first() == Some(&title) {
                passage.headings.remove(0);
            }
            passage.title.clone_from(&title);
        }
        self.passages
    }

    fn finish_section(&mut self) {
        if self.blocks.is_empty() {
            return;
        }
        self.tell_bare();
        for block in sizing::pack(std::mem::take(&mut self.blocks)) {
            self.passage(block, self.anchor.clone(), self.open.len());
        }
    }

    /// `depth` is the number of headings that it stands below.
    fn passage(&mut self, block: Block, anchor: Option<String>, depth: usize) {
        let place = anchor.clone().unwrap_or_default();
        let position = self.positions.entry(place.clone()).or_default();
        *position += 1;
        self.passages.push(Passage {
            id: identity::derive(&[self.path, &place, &position.to_string()]),
            path: self.path.to_owned(),
            anchor,
            line_start: block.line_start,
            line_end: block.line_end,
            title: String::new(),
            headings: self.open[..depth]
                .iter()
                .filter(|heading| !heading.text.is_empty())
                .map(|heading| heading.text.clone())
                .collect(),
            text: block.text,
        });
    }
}

/// What is seen of a text; `None` where that is nothing.
fn block(text: &str, line_start: u32, line_end: u32) -> Option<Block> {
    let text = visible(text);
    let text = text.trim_end().trim_start_matches(['\n', '\r']);
    (!text.is_empty()).then(|| Block {
        text: text.to_owned(),
        line_start,
        line_end: line_end.max(line_start),
    })
}

/// An anchor that can stand in an address; a longer one is no anchor but an accident.
fn is_usable(anchor: &str) -> bool {
    !anchor.is_empty() && anchor.len() <= MAX_ANCHOR_BYTES && !anchor.contains(char::is_whitespace)
}

/// One line, single spaces, bounded; and whether something is cut off.
fn folded(text: &str) -> (String, bool) {
    let mut line = String::new();
    for word in visible(text).split_whitespace() {
        if line.len() + word.len() > MAX_HEADING_BYTES {
            line.push('…');
            return (line, true);
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    (line, false)
}

pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests;
