//! reStructuredText: headings by their underline, directives reduced to their text, labels as anchors.

mod inline;
mod line;
mod naming;
mod references;
mod replaced;

use std::collections::HashMap;

use self::line::{Line, Underline};
use self::naming::Name;
use self::references::References;
use super::changelog::Items;
use super::decode;
use super::lines::clamp;
use super::notes::Notes;
use super::outline::Outline;
use super::skip::SkipReason;
use super::slug::Slugs;
use super::substitutions::Substitutions;
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 5;

/// Headings deeper than this are of no rank of their own.
const DEEPEST: usize = 9;

/// The passages of a reStructuredText document.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], _notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let text = decode::text(bytes)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut reader = Reader::new(path);
    reader.names = replaced::names(&lines);
    reader.naming = naming::names(&lines);
    reader.references = References::of(&lines);
    let mut at = 0;
    while at < lines.len() {
        at += reader.step(&lines[at..], at);
    }
    reader.flush();
    Ok(reader.outline.finish())
}

/// Whether a text whose name tells nothing is in this notation: it has a heading by its underline, and a directive, a label or a
/// role.
pub(super) fn is_likely(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let has_mark = lines.iter().any(|line| {
        let is_marked = matches!(line::classify(line), Line::Directive(..) | Line::Label(_));
        is_marked || inline::has_role(line)
    });
    has_mark && (0..lines.len()).any(|at| line::heading(&lines[at..]).is_some())
}

/// What a page shows of a directive's argument.
pub(super) fn said(directive: &str, argument: &str) -> String {
    let (said, argument) = line::said(directive, argument);
    format!("{said}{argument}")
}

/// What a page shows of a role's text: `~package.name` is `package.name`.
pub(super) fn role(quoted: &str) -> &str {
    inline::role(quoted)
}

#[derive(Debug)]
struct Reader<'a> {
    outline: Outline<'a>,
    /// The styles of underline in the order they appear: that order is their rank.
    styles: Vec<Underline>,
    label: Option<String>,
    slugs: Slugs,
    block: String,
    first: usize,
    last: usize,
    /// Options may follow: we are right below a directive.
    in_options: bool,
    /// Lines indented deeper than this belong to a comment.
    comment: Option<usize>,
    /// Lines indented deeper than this are code, in which nothing is a mark.
    literal: Option<usize>,
    /// The block is code.
    is_code: bool,
    items: Items,
    names: Substitutions,
    naming: HashMap<usize, Name>,
    /// Names of the section that follows, and their lines, from 0.
    pending: Vec<(String, usize)>,
    references: References,
}

impl<'a> Reader<'a> {
    fn new(path: &'a str) -> Self {
        Self {
            outline: Outline::new(path),
            styles: Vec::new(),
            label: None,
            slugs: Slugs::default(),
            block: String::new(),
            first: 0,
            last: 0,
            in_options: false,
            comment: None,
            literal: None,
            is_code: false,
            items: Items::default(),
            names: Substitutions::between('|', '|'),
            naming: HashMap::new(),
            pending: Vec::new(),
            references: References::default(),
        }
    }

    /// Takes in one line, or a heading of two or three; gives how many.
    fn step(&mut self, lines: &[&str], at: usize) -> usize {
        let line = lines[0];
        if self.skips(line) {
            return 1;
        }
        if self.is_literal(line) {
            self.code(line, at);
            return 1;
        }
        if let Some((heading, underline, taken)) = line::heading(lines) {
            self.heading(heading, underline, at + taken - 1);
            return taken;
        }
        match line::classify(line) {
            Line::Blank => {
                self.in_options = false;
                self.flush();
            }
            Line::Option if self.in_options => self.option(line, at),
            Line::Label(name) => {
                self.flush();
                self.label = Some(name.to_owned());
            }
            Line::Directive(said, argument) => {
                self.flush();
                self.in_options = true;
                self.argument(&format!("{said}{argument}"), at);
                if line::is_code(line) {
                    self.flush();
                    self.literal = Some(line::indent(line));
                }
            }
            Line::Comment => {
                self.flush();
                // An empty one only keeps a quote apart from what stands before it.
                let is_empty =
                    line.trim() == ".." && lines.get(1).is_none_or(|next| next.trim().is_empty());
                self.comment = (!is_empty).then(|| line::indent(line));
            }
            Line::Rule => self.flush(),
            Line::Option | Line::Text => self.text(line, at),
        }
        1
    }

    fn argument(&mut self, text: &str, at: usize) {
        match self.naming.get(&at) {
            Some(Name::Repeated) => {}
            Some(Name::New) => self.pending.push((text.to_owned(), at)),
            None => self.text(text, at),
        }
    }

    fn skips(&mut self, line: &str) -> bool {
        let Some(indent) = self.comment else {
            return false;
        };
        if line.trim().is_empty() || line::indent(line) > indent {
            return true;
        }
        self.comment = None;
        false
    }

    /// Whether the line is one of a literal block, blank lines within it apart.
    fn is_literal(&mut self, line: &str) -> bool {
        let Some(indent) = self.literal else {
            // What is typed at a prompt needs no mark.
            return self.is_code && !line.trim().is_empty()
                || self.block.is_empty() && line.trim_start().starts_with(">>> ");
        };
        if line.trim().is_empty() {
            return false;
        }
        let is_option = self.in_options && line::classify(line) == Line::Option;
        if line::indent(line) > indent {
            return !is_option;
        }
        self.flush();
        self.literal = None;
        self.is_literal(line)
    }

    fn code(&mut self, line: &str, at: usize) {
        self.in_options = false;
        self.is_code = true;
        self.push(line, at);
    }

    /// Of the options of a directive only these are shown.
    fn option(&mut self, line: &str, at: usize) {
        let text = [":alt:", ":caption:", ":header:"]
            .iter()
            .find_map(|name| line.trim().strip_prefix(name));
        if let Some(text) = text {
            self.text(text.trim(), at);
        }
    }

    /// `number` is that of its line, from 1.
    fn heading(&mut self, text: &str, underline: Underline, number: usize) {
        self.flush();
        self.items = Items::default();
        let rank = self.rank(underline);
        let text = inline::without_version(&inline::plain(&self.names.apply(text)));
        let anchor = self.label.take().unwrap_or_else(|| self.anchor(&text));
        self.outline
            .heading(rank, &text, Some(anchor), clamp(number));
        for (name, at) in std::mem::take(&mut self.pending) {
            self.outline.block(&name, clamp(at + 1), clamp(at + 1));
        }
    }

    /// Empty where the heading has no Latin letters.
    fn anchor(&mut self, heading: &str) -> String {
        match inline::anchor(heading) {
            anchor if anchor.is_empty() => anchor,
            anchor => self.slugs.unique(anchor),
        }
    }

    fn rank(&mut self, underline: Underline) -> u8 {
        let known = self.styles.iter().position(|style| *style == underline);
        let rank = known.unwrap_or_else(|| {
            self.styles.push(underline);
            self.styles.len() - 1
        });
        u8::try_from(rank.min(DEEPEST)).expect("nine is less than 255") + 1
    }

    fn text(&mut self, line: &str, at: usize) {
        if line.trim().is_empty() {
            return;
        }
        if self.outline.is_changelog() && self.items.begins(line, self.block.is_empty()) {
            self.flush();
            self.outline.entry();
        }
        self.push(line, at);
    }

    fn push(&mut self, line: &str, at: usize) {
        if self.block.is_empty() {
            self.first = at;
        } else {
            self.block.push('\n');
        }
        self.last = at;
        self.block.push_str(line.trim_end());
    }

    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        let (first, last) = (clamp(self.first + 1), clamp(self.last + 1));
        if std::mem::take(&mut self.is_code) {
            return self.outline.block(&block, first, last);
        }
        let block = self.names.apply(&block);
        // Code follows, or what is quoted.
        let before_code = block.strip_suffix("::").map(str::trim_end);
        if before_code.is_some() {
            self.literal = Some(line::content_indent(&block));
        }
        let text = match before_code {
            Some("") => String::new(),
            Some(text) => format!("{}:", inline::with_targets(text, &self.references)),
            None => inline::with_targets(&block, &self.references),
        };
        self.outline.block(&text, first, last);
    }
}

#[cfg(test)]
mod tests;
