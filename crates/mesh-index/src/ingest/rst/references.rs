//! References by a word with `_` behind it, as in `see robots.txt_`. Where such a word is no name, the sign is its own.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{inline, line};

/// What the words of a document may refer to: targets and headings that are a single word, in lower case.
#[derive(Debug, Default)]
pub(super) struct References(HashSet<String>);

impl References {
    pub(super) fn of(lines: &[&str]) -> Self {
        let names = lines.iter().enumerate().filter_map(|(at, line)| {
            let heading = || line::heading(&lines[at..]).map(|(text, ..)| text);
            target(line).or_else(heading)
        });
        let names = names.map(|name| inline::plain(name).to_lowercase());
        Self(names.filter(|name| is_word(name)).collect())
    }

    /// The text without the sign of those in it.
    pub(super) fn shown<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.contains('_') {
            return Cow::Borrowed(text);
        }
        let words = text.split_inclusive(char::is_whitespace);
        Cow::Owned(words.flat_map(|word| self.word(word)).collect())
    }

    /// What stands before the sign of a word, and behind it.
    fn word<'t>(&self, word: &'t str) -> [&'t str; 2] {
        let end = |c: char| c.is_whitespace() || "'\")]}>-/\\:.,;!?".contains(c);
        let marked = word.trim_end_matches(end);
        let name = marked.trim_end_matches('_');
        let is_marked = matches!(marked.len() - name.len(), 1 | 2);
        if is_marked && self.has(name) {
            [name, &word[marked.len()..]]
        } else {
            [word, ""]
        }
    }

    fn has(&self, name: &str) -> bool {
        // A footnote, or what is cited.
        if name.ends_with(']') {
            return name.contains('[');
        }
        let name = name.trim_start_matches(|c: char| "'\"([{<-/:*".contains(c));
        self.0.contains(&name.to_lowercase())
    }
}

/// `.. _name: address`, or `.. _name:`.
fn target(line: &str) -> Option<&str> {
    let target = line.trim_start().strip_prefix(".. _")?;
    let name = target
        .strip_suffix(':')
        .or_else(|| Some(target.split_once(": ")?.0));
    name.map(|name| name.trim_matches('`'))
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && !name.contains(char::is_whitespace)
}
