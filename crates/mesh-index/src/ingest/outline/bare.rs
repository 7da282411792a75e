//! Headings below which nothing stands. What one says, such as `No deploys on 24 December`, is said nowhere else.

use super::{Heading, Outline, block};
use crate::ingest::changelog;
use crate::ingest::sizing::{self, Block};

/// Headings in a row below which nothing stands. What they say is a text of the heading that they share.
#[derive(Debug, Default)]
pub(super) struct Bare {
    blocks: Vec<Block>,
    /// Of the first.
    anchor: Option<String>,
    /// How many headings stand above them.
    pub(super) depth: usize,
}

impl Outline<'_> {
    pub(super) fn keep_bare(&mut self, heading: Heading) {
        // An empty release says nothing but that there was one.
        if changelog::is_bare_version(&heading.text) {
            return;
        }
        let Some(block) = block(&heading.text, heading.line, heading.line) else {
            return;
        };
        if self.bare.blocks.is_empty() {
            self.bare.anchor = heading.anchor;
            self.bare.depth = self.open.len();
        }
        self.bare.blocks.push(block);
    }

    pub(super) fn tell_bare(&mut self) {
        let bare = std::mem::take(&mut self.bare);
        for block in sizing::pack(bare.blocks) {
            self.passage(block, bare.anchor.clone(), bare.depth);
        }
    }

    pub(super) fn note_content(&mut self) {
        if let Some(heading) = self.open.last_mut() {
            heading.is_bare = false;
        }
    }

    /// What stands here is left out on purpose, such as a menu; its heading is of no use without it.
    pub(crate) fn left_out(&mut self) {
        self.note_content();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A heading for each `#`, a block for each other line.
    fn check(source: &str, expected: &[(&str, &str, u32)]) {
        let mut outline = Outline::new("a.md");
        for (line, text) in (1..).zip(source.lines()) {
            let words = text.trim_start_matches('#');
            match u8::try_from(text.len() - words.len()) {
                Ok(0) | Err(_) => outline.block(text, line, line),
                Ok(level) => outline.heading(level, words.trim(), Some(line.to_string()), line),
            }
        }
        let passages = outline.finish();
        let seen: Vec<(String, &str, u32)> = passages
            .iter()
            .map(|it| (it.headings.join("/"), &*it.text, it.line_start))
            .collect();
        let seen: Vec<_> = seen
            .iter()
            .map(|(path, text, line)| (&**path, *text, *line))
            .collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_a_heading_says_is_told_where_nothing_stands_below_it() {
        check(
            "# Plan\n## Freeze on 24 Dec\n## Next\nOpen.\n## One\n## Two\n### Inner\n## Last",
            &[
                ("", "Freeze on 24 Dec", 2),
                ("Next", "Open.", 4),
                ("", "One", 5),
                ("Two", "Inner", 7),
                ("", "Last", 8),
            ],
        );
        check("# Alone", &[("", "Alone", 1)]);
        check(
            "# A\n# B\n## C\n## D\n# E",
            &[("B", "C\n\nD", 3), ("", "E", 5)],
        );
    }

    #[test]
    fn headings_in_a_row_are_one_passage_and_a_bare_version_is_none() {
        let releases: String = (1..=40)
            .map(|n| format!("## 1.{n} - 2024-05-01\n"))
            .collect();
        let mut outline = Outline::new("CHANGES.md");
        outline.heading(1, "Changes", None, 1);
        for (line, release) in (2..).zip(releases.lines()) {
            outline.heading(2, release, Some(format!("v{line}")), line);
        }
        let passages = outline.finish();
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].anchor.as_deref(), Some("v2"));
        assert_eq!((passages[0].line_start, passages[0].line_end), (2, 41));
        check(
            "# Changes\n## [Unreleased]\n## 1.2.3\n- One",
            &[("1.2.3", "- One", 4)],
        );
        check("# Changes\n## Unreleased\n## v2", &[]);
    }

    #[test]
    fn a_heading_of_what_is_left_out_is_not_told() {
        let mut outline = Outline::new("a.html");
        outline.heading(1, "Contents", None, 1);
        outline.left_out();
        assert_eq!(outline.finish(), []);
    }
}
