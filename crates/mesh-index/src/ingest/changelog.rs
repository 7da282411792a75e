//! What makes a changelog: its name, headings that are releases, and lists whose items stand for themselves.
//!
//! An item is what a question is about. Among the other items of its release its words would hardly count.

use super::outline;

const NAMES: [&str; 12] = [
    "changelog",
    "changelogs",
    "changes",
    "change-log",
    "change_log",
    "history",
    "news",
    "releases",
    "relnotes",
    "release-notes",
    "release_notes",
    "releasenotes",
];

/// What stands before a version in a heading.
const BEFORE_VERSION: [&str; 6] = ["changes", "for", "in", "of", "release", "version"];

/// A version or date further on in a line is part of a sentence.
const MAX_WORDS_TO_VERSION: usize = 6;

/// Whether a file of this path or name is a changelog: `CHANGES`, `changelog.Debian.gz`, `NEWS.md`, `release-notes-2.txt`.
pub(crate) fn is_named_so(path: &str) -> bool {
    let name = outline::file_name(path).to_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | 'v'));
    NAMES.contains(&stem) || NAMES.contains(&bare)
}

/// Whether a heading is that of a release in any document: nothing but a version, and perhaps a date.
pub(crate) fn is_release(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    let mut words = heading
        .split_whitespace()
        .skip_while(|word| BEFORE_VERSION.contains(word));
    let Some(first) = words.next() else {
        return false;
    };
    // `1.2 Setting up` is a numbered section.
    let is_followed = words.any(|word| word.starts_with(char::is_alphabetic));
    first.trim_matches(['[', ']']) == "unreleased" || (is_version(first) && !is_followed)
}

/// Whether a heading says nothing but which version it is.
pub(crate) fn is_bare_version(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    let mut words = heading
        .split_whitespace()
        .filter(|word| !BEFORE_VERSION.contains(word));
    let only = words.next().filter(|_| words.next().is_none());
    only.is_some_and(|word| {
        word.trim_matches(['[', ']']) == "unreleased" || (is_version(word) && !is_date(word))
    })
}

/// Whether a heading is that of a single change, with its author: its items are the files that it touched.
pub(crate) fn is_single_change(heading: &str) -> bool {
    heading.contains('<') && heading.contains('@')
}

/// Whether a line of a changelog names a version or a date among its first words.
pub(crate) fn names_version(line: &str) -> bool {
    line.split_whitespace()
        .take(MAX_WORDS_TO_VERSION)
        .any(is_version)
}

/// `1.2`, `v2.0.0-rc1`, `[3.1]`, `(1.2-3)`, `v7`, `2024-05-01`.
fn is_version(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '[', '#', '=']);
    let number = word.trim_start_matches(['v', 'V']);
    let starts = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    let is_dotted = |separator| {
        let mut parts = number.split(separator);
        starts(parts.next().unwrap_or_default()) && parts.next().is_some_and(starts)
    };
    is_dotted('.') || is_date(word) || (number.len() < word.len() && starts(number))
}

/// `2024-05-01`.
fn is_date(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '[', '#', '=']);
    let mut parts = word.split('-');
    let starts = |part: Option<&str>| {
        part.is_some_and(|part| part.starts_with(|c: char| c.is_ascii_digit()))
    };
    word.find('-') == Some(4) && starts(parts.next()) && starts(parts.next())
}

pub(crate) fn is_bullet(text: &str) -> bool {
    ["* ", "- ", "+ ", "• ", "o "]
        .iter()
        .any(|mark| text.starts_with(mark))
}

/// Follows the lists of a plain text line by line.
#[derive(Debug, Default)]
pub(crate) struct Items {
    /// How far the items of the open list are indented.
    indent: Option<usize>,
}

impl Items {
    /// Whether an item that is in no other begins with this line, or what follows the list.
    pub(crate) fn begins(&mut self, line: &str, is_after_blank: bool) -> bool {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        let is_inner = self.indent.is_some_and(|outer| indent > outer);
        if is_bullet(text) && !is_inner {
            self.indent = Some(indent);
            return true;
        }
        // Without a blank line before it, it is the item's next line; Debian signs a release below its items.
        let leaves =
            self.indent.is_some() && !is_inner && is_after_blank && !text.starts_with("-- ");
        if leaves {
            self.indent = None;
        }
        leaves
    }

    pub(crate) fn are_open(&self) -> bool {
        self.indent.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changelogs_are_known_by_name() {
        for name in [
            "CHANGES",
            "docs/CHANGELOG.md",
            "changelog.Debian.gz",
            "NEWS.rst",
            "History.txt",
            "release-notes-3.2.md",
            "CHANGELOG_v2.md",
        ] {
            assert!(is_named_so(name), "{name}");
        }
        for name in [
            "changes/today.md",
            "newsletter.md",
            "README",
            "historic.txt",
        ] {
            assert!(!is_named_so(name), "{name}");
        }
    }

    #[test]
    fn a_release_is_told_from_a_numbered_section() {
        for heading in [
            "1.4.2",
            "[2.0.0-rc.1] - 2024-05-01",
            "v7 (March)",
            "Version 3.1",
            "Changes in 0.9.1",
            "[Unreleased]",
            "2023-11-30",
        ] {
            assert!(is_release(heading), "{heading}");
        }
        for heading in [
            "1.2 Setting up",
            "Install",
            "2 Scope",
            "In version control",
            "Version",
        ] {
            assert!(!is_release(heading), "{heading}");
        }
        for heading in ["1.4.2", "Version v7", "[Unreleased]"] {
            assert!(is_bare_version(heading), "{heading}");
        }
        for heading in [
            "1.4.2 - 2024-05-01",
            "2024-05-01",
            "Version",
            "1.2 Setting up",
        ] {
            assert!(!is_bare_version(heading), "{heading}");
        }
        assert!(names_version("kiln (2.1-3) unstable; urgency=low"));
        assert!(!names_version("The glaze runs better than that of 1.2"));
    }

    #[test]
    fn an_item_within_an_item_is_part_of_it() {
        let mut items = Items::default();
        let seen: Vec<bool> = [
            ("Intro", true),
            ("* one", true),
            ("goes on", false),
            ("  - inner", false),
            ("  second paragraph", true),
            ("* two", false),
            ("After", true),
        ]
        .into_iter()
        .map(|(line, is_after_blank)| items.begins(line, is_after_blank))
        .collect();
        assert_eq!(seen, [false, true, false, false, false, true, true]);
    }
}
