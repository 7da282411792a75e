use crate::error::ToolError;
use crate::reading::Address;

/// A thing written out as text, with the places in it that a reference may name.
#[derive(Clone, Debug)]
pub(crate) struct Rendered {
    pub(crate) address: Address,
    pub(crate) title: String,
    /// Its path, as citations have it.
    pub(crate) path: String,
    pub(crate) media_type: &'static str,
    pub(crate) text: String,
    /// Where lines and headings of the source begin, in the order of the text.
    pub(crate) marks: Vec<Mark>,
}

/// A place in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Where it is: bytes from the beginning of the text.
    pub(crate) offset: usize,
    /// The lines (of a PDF, the pages) of the source that are written out from here on; none where it has no lines.
    pub(crate) lines: Option<(u32, u32)>,
    /// Anchor and heading that stand here.
    pub(crate) names: Vec<String>,
    /// What tells the passage here from all others; not for people.
    pub(crate) place: String,
}

/// How many headings a refusal lists.
const MAX_NAMED: usize = 12;

impl Rendered {
    pub(crate) fn mark(&mut self, lines: Option<(u32, u32)>, names: Vec<String>) {
        self.marks.push(Mark {
            offset: self.text.len(),
            lines,
            names,
            place: String::new(),
        });
    }

    /// Begins a part of its own heading, which no line of a source has.
    pub(crate) fn part(&mut self, heading: &str) {
        self.text.push('\n');
        self.mark(None, vec![heading.to_owned()]);
        self.text.push_str(&format!("## {heading}\n\n"));
    }

    /// A passage's beginning.
    pub(crate) fn mark_passage(&mut self, lines: (u32, u32), place: String) {
        self.marks.push(Mark {
            offset: self.text.len(),
            lines: Some(lines),
            names: Vec::new(),
            place,
        });
    }

    /// Where `from` begins, in bytes of the text: a position that a page gave (`@8000`), a line (`12`, `L12`, `L12-L20`), a
    /// page (`page=7`), an anchor or a heading.
    ///
    /// # Errors
    /// `InvalidArguments`, with the headings there are, where no part is called so.
    pub(crate) fn offset_of(&self, from: &str) -> Result<usize, ToolError> {
        let from = from.trim().trim_start_matches('#');
        if from.is_empty() {
            return Ok(0);
        }
        let found = match position(from) {
            Some(position) => (position < self.text.len()).then_some(position),
            None => self
                .named(from)
                .or_else(|| line(from).and_then(|line| self.at_line(line))),
        };
        found
            .map(|offset| self.text.floor_char_boundary(offset))
            .ok_or_else(|| self.unknown_part(from))
    }

    /// The first place of that name, as it is written if there is one, or else the first whose name reads alike.
    fn named(&self, wanted: &str) -> Option<usize> {
        let is_written =
            |mark: &&Mark| mark.place == wanted || mark.names.iter().any(|name| name == wanted);
        if let Some(mark) = self.marks.iter().find(is_written) {
            return Some(mark.offset);
        }
        let wanted = plain(wanted);
        let is = |mark: &&Mark| mark.names.iter().any(|name| plain(name) == wanted);
        let holds = |mark: &&Mark| mark.names.iter().any(|name| holds(&plain(name), &wanted));
        let named = self.marks.iter().find(is);
        // A number is a line, whatever heading has one in it.
        let alike = || {
            self.marks
                .iter()
                .find(holds)
                .filter(|_| line(&wanted).is_none())
        };
        named.or_else(alike).map(|mark| mark.offset)
    }

    fn at_line(&self, line: u32) -> Option<usize> {
        let has = |mark: &&Mark| mark.lines.is_some_and(|(_, last)| line <= last);
        self.marks.iter().find(has).map(|mark| mark.offset)
    }

    fn unknown_part(&self, from: &str) -> ToolError {
        let mut names: Vec<String> = Vec::new();
        for mark in &self.marks {
            if let Some(name) = mark.names.last().filter(|name| !names.contains(*name)) {
                names.push(name.clone());
            }
        }
        let more = if names.len() > MAX_NAMED { ", …" } else { "" };
        names.truncate(MAX_NAMED);
        let has = if names.is_empty() {
            "leave it out to read from the beginning".to_owned()
        } else {
            format!("its parts are {}{more}", names.join(", "))
        };
        ToolError::InvalidArguments(format!(
            "`{}` has no part `{}`; {has}",
            self.path,
            mesh_core::truncate(from)
        ))
    }
}

fn position(from: &str) -> Option<usize> {
    from.strip_prefix('@')?.parse().ok()
}

/// The first line of [`lines`].
fn line(from: &str) -> Option<u32> {
    lines(from).map(|(first, _)| first)
}

/// The first and last line of `12`, `L12`, `L12-L20`, `12-20` and `page=7`; also of a passage's place that no passage has any
/// more.
pub(super) fn lines(from: &str) -> Option<(u32, u32)> {
    let (from, _) = from.split_once('~').unwrap_or((from, ""));
    let digits = from.strip_prefix("page=").unwrap_or(from);
    let number = |text: &str| text.trim_start_matches(['L', 'l']).parse::<u32>().ok();
    let (first, last) = digits.split_once('-').unwrap_or((digits, digits));
    let first = number(first)?;
    Some((first, number(last).unwrap_or(first)))
}

/// Headings are written in many ways: only their letters and digits count, and the points between digits, by which versions
/// differ.
fn plain(name: &str) -> String {
    let name: Vec<char> = name.chars().collect();
    let is_digit = |at: usize| name.get(at).is_some_and(char::is_ascii_digit);
    let counts = |at: usize| match name[at] {
        '.' => at > 0 && is_digit(at - 1) && is_digit(at + 1),
        c => c.is_alphanumeric() || c == '=',
    };
    let kept = (0..name.len()).filter(|at| counts(*at));
    kept.flat_map(|at| name[at].to_lowercase()).collect()
}

/// Whether `wanted` is in the name, and not the end of a longer number there.
fn holds(name: &str, wanted: &str) -> bool {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let mut found = name.match_indices(wanted);
    found.any(|(at, _)| !wanted.starts_with(is_number) || !name[..at].ends_with(is_number))
}

#[cfg(test)]
mod tests {
    use mesh_index::Kind;

    use super::*;

    fn handbook() -> Rendered {
        let mut handbook = Rendered {
            address: Address::new(Kind::Knowledge, "handbook"),
            title: "Handbook".to_owned(),
            path: "docs/handbook.md".to_owned(),
            media_type: "text/markdown",
            text: "Welcome.\n".to_owned(),
            marks: Vec::new(),
        };
        handbook.mark(
            Some((3, 9)),
            vec!["late-returns".to_owned(), "Late returns".to_owned()],
        );
        handbook.text.push_str("## Late returns\n");
        handbook.mark(
            Some((10, 12)),
            vec!["version-2".to_owned(), "Version 2".to_owned()],
        );
        handbook.text.push_str("## Version 2\n");
        handbook
    }

    fn check(from: &str, begins: &str) {
        let handbook = handbook();
        let offset = handbook.offset_of(from).expect(from);
        assert!(handbook.text[offset..].starts_with(begins), "{from}");
    }

    #[test]
    fn a_part_is_named_by_anchor_heading_line_or_position() {
        check("late-returns", "## Late");
        check("#Late Returns", "## Late");
        check("returns", "## Late");
        check("5", "## Late");
        check("L11-L12", "## Version");
        check("page=10", "## Version");
        check("2", "## Late");
        check("@3", "come.");
        check("", "Welcome.");
    }

    #[test]
    fn versions_are_told_apart_and_a_name_as_it_is_written_comes_first() {
        let mut changes = handbook();
        for heading in [
            "11.0.0",
            "1.10.0",
            "[11.2.0] - May",
            "[1.2.0] - April",
            "C++",
            "C#",
        ] {
            changes.mark(Some((20, 22)), vec![heading.to_owned()]);
            changes.text.push_str(&format!("## {heading}\n"));
        }
        for (from, begins) in [
            ("1.10.0", "## 1.10.0"),
            ("#1.2.0", "## [1.2.0]"),
            ("11.2.0", "## [11.2.0]"),
            ("C#", "## C#"),
        ] {
            let offset = changes.offset_of(from).expect(from);
            assert!(changes.text[offset..].starts_with(begins), "{from}");
        }
    }

    #[test]
    fn a_part_that_is_not_there_is_answered_with_those_that_are() {
        for from in ["early returns", "99", "@900"] {
            let refusal = handbook().offset_of(from).expect_err(from).to_string();
            assert_eq!(
                refusal,
                format!(
                    "`docs/handbook.md` has no part `{from}`; its parts are Late returns, Version 2"
                )
            );
        }
    }
}
