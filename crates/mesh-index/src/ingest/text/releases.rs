//! A changelog in plain text: releases are its headings, and each entry is a passage.

use crate::ingest::changelog::{self, Items};
use crate::ingest::lines::clamp;
use crate::ingest::outline::Outline;
use crate::record::Passage;

/// A longer line is a sentence, even if it names a version.
const MAX_HEADING_BYTES: usize = 100;

pub(super) fn read(path: &str, text: &str) -> Vec<Passage> {
    let mut reader = Reader::new(path);
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        reader.line(line, lines.get(at + 1).copied().unwrap_or_default(), at);
    }
    reader.flush();
    reader.outline.finish()
}

#[derive(Debug)]
struct Reader<'a> {
    outline: Outline<'a>,
    block: String,
    first: usize,
    last: usize,
    items: Items,
    /// Headings are marked with stars, as in GNU's NEWS, where each paragraph is an entry.
    is_starred: bool,
}

impl<'a> Reader<'a> {
    fn new(path: &'a str) -> Self {
        Self {
            outline: Outline::new(path),
            block: String::new(),
            first: 0,
            last: 0,
            items: Items::default(),
            is_starred: false,
        }
    }

    fn line(&mut self, line: &str, next: &str, at: usize) {
        let text = line.trim();
        if text.is_empty() || is_rule(text) {
            return self.flush();
        }
        if let Some(level) = self.heading(line, next) {
            self.flush();
            self.items = Items::default();
            self.is_starred |= text.starts_with('*');
            let text = text.trim_start_matches(['#', '=', '*']).trim_start();
            return self.outline.heading(level, text, None, clamp(at + 1));
        }
        let is_after_blank = self.block.is_empty();
        let begins = self.items.begins(line, is_after_blank)
            || (self.is_starred && is_after_blank && !self.items.are_open());
        if begins {
            self.flush();
            self.outline.entry();
        }
        self.text(text, at);
    }

    /// The rank of a heading: releases come first, what is underlined with anything but `=` is below them.
    fn heading(&self, line: &str, next: &str) -> Option<u8> {
        let stars = line.bytes().take_while(|byte| *byte == b'*').count();
        let text = line[stars..].trim();
        // Emacs's outlines, in which GNU keeps its NEWS: `* Changes in 9.1`, `** Bug fixes`.
        if stars > 1 && line[stars..].starts_with(' ') {
            return u8::try_from(stars).ok();
        }
        let is_flush = line.starts_with(|c: char| !c.is_whitespace());
        let is_item = stars == 0 && changelog::is_bullet(line);
        if !is_flush || is_item || text.len() > MAX_HEADING_BYTES {
            return None;
        }
        // A line of a paragraph has others around it.
        let next_text = next.trim();
        let stands_alone = self.block.is_empty()
            && (next_text.is_empty()
                || next.starts_with(char::is_whitespace)
                || changelog::is_bullet(next)
                || is_rule(next_text));
        if stands_alone && changelog::names_version(text) && !text.ends_with(['.', ',']) {
            return Some(1);
        }
        let is_underlined = stars == 0 && is_rule(next_text);
        is_underlined.then(|| if next_text.starts_with('=') { 1 } else { 2 })
    }

    fn text(&mut self, text: &str, at: usize) {
        if self.block.is_empty() {
            self.first = at;
        } else {
            self.block.push('\n');
        }
        self.last = at;
        self.block.push_str(text);
    }

    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        self.outline
            .block(&block, clamp(self.first + 1), clamp(self.last + 1));
    }
}

fn is_rule(text: &str) -> bool {
    text.len() > 2 && text.bytes().all(|byte| b"=-~*_#".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: &[(&str, &str)]) {
        let passages = read(path, text);
        let seen: Vec<(String, &str)> = passages
            .iter()
            .map(|passage| (passage.headings.join("/"), &*passage.text))
            .collect();
        let seen: Vec<(&str, &str)> = seen.iter().map(|(path, text)| (&**path, *text)).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn each_entry_is_a_passage_below_its_release() {
        check(
            "CHANGES",
            "Changes of the kiln\n===================\n\nkiln 2.1 (2024-05-01)\n  * Fire clay\n    slowly\n    - nested\n  * Cool it\n\nkiln 2.0\n  * First\n",
            &[
                ("kiln 2.1 (2024-05-01)", "* Fire clay\nslowly\n- nested"),
                ("kiln 2.1 (2024-05-01)", "* Cool it"),
                ("kiln 2.0", "* First"),
            ],
        );
        let passages = read("docs/HISTORY", "0.3\n---\n\n- Fire\n");
        assert_eq!(
            passages[0].title, "docs/HISTORY",
            "no release is the whole document"
        );
        assert_eq!((passages[0].line_start, passages[0].line_end), (4, 4));
    }

    #[test]
    fn entries_of_debian_stand_below_their_upload() {
        check(
            "changelog.Debian",
            "kiln (2.1-3) unstable; urgency=medium\n\n  * Glaze the rim.\n  * Mend the door.\n\n -- A <a@x>  Mon, 01 Jan 2024 10:00:00 +0000\n",
            &[
                ("kiln (2.1-3) unstable; urgency=medium", "* Glaze the rim."),
                (
                    "kiln (2.1-3) unstable; urgency=medium",
                    "* Mend the door.\n\n-- A <a@x>  Mon, 01 Jan 2024 10:00:00 +0000",
                ),
            ],
        );
    }

    #[test]
    fn entries_of_gnu_are_paragraphs_below_an_outline() {
        check(
            "NEWS",
            "Kiln NEWS -*- outline -*-\n\n* Noteworthy changes in release 9.1 (2024-05-01) [stable]\n\n** Bug fixes\n\n  The door no longer\n  sticks.\n\n  The lamp is lit in\n  version 9 of the panel.\n\n** Build-related\n\n  Bricks are optional.\n",
            &[
                ("", "Kiln NEWS -*- outline -*-"),
                (
                    "Noteworthy changes in release 9.1 (2024-05-01) [stable]/Bug fixes",
                    "The door no longer\nsticks.",
                ),
                (
                    "Noteworthy changes in release 9.1 (2024-05-01) [stable]/Bug fixes",
                    "The lamp is lit in\nversion 9 of the panel.",
                ),
                (
                    "Noteworthy changes in release 9.1 (2024-05-01) [stable]/Build-related",
                    "Bricks are optional.",
                ),
            ],
        );
    }

    #[test]
    fn files_that_one_change_touches_stay_together() {
        check(
            "ChangeLog",
            "2024-05-01  Ann Lee  <ann@kiln.example>\n\n\t* door.c (open): Oil it.\n\t* lamp.c: Likewise.\n\n2024-04-30  Ann Lee  <ann@kiln.example>\n\n\t* door.c: New.\n",
            &[
                (
                    "2024-05-01 Ann Lee <ann@kiln.example>",
                    "* door.c (open): Oil it.\n\n* lamp.c: Likewise.",
                ),
                ("2024-04-30 Ann Lee <ann@kiln.example>", "* door.c: New."),
            ],
        );
    }

    #[test]
    fn a_sentence_that_names_a_version_is_no_heading() {
        check(
            "CHANGES",
            "1.2\n\nSince 1.1 the door\nis made of steel.\n",
            &[("1.2", "Since 1.1 the door\nis made of steel.")],
        );
    }
}
