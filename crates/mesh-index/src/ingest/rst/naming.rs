//! Directives that name the section that follows, as `.. setting:: PORT` does before the heading `PORT`. Projects make them
//! up, so that other pages can refer to such a section: they are known by headings that repeat what they say.

use std::collections::{HashMap, HashSet};

use super::inline;
use super::line::{self, Line};

/// A longer heading repeats no name.
const MAX_HEADING_BYTES: usize = 240;

/// A name of the section that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// Its heading says it.
    Repeated,
    New,
}

/// By the line, from 0.
pub(super) fn names(lines: &[&str]) -> HashMap<usize, Name> {
    let mut found = Vec::new();
    let mut kinds = HashSet::new();
    // That of the section that begins below, where nothing of another one stands in between.
    let mut heading: Option<String> = None;
    for (at, line) in lines.iter().enumerate().rev() {
        if let Some((text, ..)) = line::heading(&lines[at..]) {
            heading = Some(inline::plain(text)).filter(|text| text.len() <= MAX_HEADING_BYTES);
            continue;
        }
        let directive = named(line);
        let is_between =
            directive.is_some() || matches!(line::classify(line), Line::Blank | Line::Label(_));
        if !is_between {
            heading = None;
        }
        if let (Some((kind, name)), Some(heading)) = (directive, &heading) {
            if heading == name {
                kinds.insert(kind);
            }
            let is_repeated = heading.split_whitespace().any(|word| word == name);
            let name = if is_repeated {
                Name::Repeated
            } else {
                Name::New
            };
            found.push((at, kind, name));
        }
    }
    found.retain(|(_, kind, _)| kinds.contains(kind));
    found.into_iter().map(|(at, _, name)| (at, name)).collect()
}

/// `.. kind:: name`.
fn named(line: &str) -> Option<(&str, &str)> {
    let (kind, name) = line.strip_prefix(".. ")?.split_once("::")?;
    let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    let name = name.trim();
    (is_word(kind) && is_word(name)).then_some((kind, name))
}
