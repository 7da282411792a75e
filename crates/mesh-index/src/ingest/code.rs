//! Source code: cut at the items a reader would look for, else into windows of lines.

mod declaration;
mod item;
mod language;
mod notebook;
mod section;
mod stretch;

use std::collections::HashMap;

use self::language::Language;
use self::section::Section;
use self::stretch::Part;
use super::notes::Notes;
use super::skip::SkipReason;
use super::{decode, identity, lines, outline};
use crate::record::CodePassage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 2;

/// What is known of a source file besides its bytes.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    pub path: &'a str,
    pub repository: &'a str,
    /// RFC 3339, UTC.
    pub last_modified: &'a str,
}

/// The passages of a source file. The lines of a notebook are those of its cells, one after the other.
///
/// # Errors
/// Why the file is left out: it is binary, or no notebook where its name says that it is one.
pub fn read(
    file: File<'_>,
    bytes: &[u8],
    notes: &mut Notes,
) -> Result<Vec<CodePassage>, SkipReason> {
    let text = decode::text(bytes)?;
    let is_notebook = file.path.to_ascii_lowercase().ends_with(".ipynb");
    let sections = if is_notebook {
        notebook::sections(&text, notes)?
    } else {
        let language = Language::of(file.path);
        vec![Section { language, text }]
    };
    Ok(passages(file, &sections))
}

fn passages(file: File<'_>, sections: &[Section<'_>]) -> Vec<CodePassage> {
    let counts = sections.iter().map(|section| section.text.lines().count());
    // A blank line stands between two sections.
    let line_count = counts.sum::<usize>() + sections.len().saturating_sub(1);
    let mut positions: HashMap<String, u32> = HashMap::new();
    let mut passages = Vec::new();
    let mut above = 0;
    for section in sections {
        let lines: Vec<&str> = section.text.lines().collect();
        let template = template(file, &section.language, line_count);
        for mut part in parts(&section.language, &lines) {
            let position = positions.entry(part.symbol.clone()).or_default();
            *position += 1;
            part.first += above;
            part.last += above;
            passages.push(passage(&template, *position, part));
        }
        above += lines.len() + 1;
    }
    passages
}

fn parts(language: &Language, lines: &[&str]) -> Vec<Part> {
    stretch::stretches(&item::items(language, lines), lines.len())
        .iter()
        .flat_map(|stretch| stretch::parts(lines, stretch))
        .collect()
}

fn template(file: File<'_>, language: &Language, line_count: usize) -> CodePassage {
    let name = outline::file_name(file.path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    CodePassage {
        path: file.path.to_owned(),
        name: name.to_owned(),
        extension: extension.to_lowercase(),
        language: language.name.to_owned(),
        repository: file.repository.to_owned(),
        line_count: lines::clamp(line_count),
        last_modified: file.last_modified.to_owned(),
        ..CodePassage::default()
    }
}

fn passage(template: &CodePassage, position: u32, part: Part) -> CodePassage {
    CodePassage {
        id: identity::derive(&[&template.path, &part.symbol, &position.to_string()]),
        line_start: lines::clamp(part.first + 1),
        line_end: lines::clamp(part.last + 1),
        symbol: part.symbol,
        text: part.text,
        ..template.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, source: &str) -> Vec<(String, u32, u32)> {
        let file = File {
            path,
            repository: "mesh",
            last_modified: "2024-01-15T10:30:00Z",
        };
        read(file, source.as_bytes(), &mut Notes::default())
            .expect("the test gives valid UTF-8")
            .into_iter()
            .map(|passage| (passage.symbol, passage.line_start, passage.line_end))
            .collect()
    }

    fn item(symbol: &str, first: u32, last: u32) -> (String, u32, u32) {
        (symbol.to_owned(), first, last)
    }

    #[test]
    fn rust_is_cut_at_its_items() {
        let source = "//! Head.\nuse std::fmt;\n\n/// A.\n#[derive(Debug)]\npub struct A {\n    x: u8,\n}\n\nimpl<T> Show<T> for A {\n    /// Runs.\n    pub(crate) async fn run(&self) {\n        fn inner() {}\n    }\n\n    fn stop() {}\n}\n";
        assert_eq!(
            check("src/a.rs", source),
            [
                item("", 1, 2),
                item("A", 4, 8),
                item("A::run", 10, 14),
                item("A::stop", 16, 17)
            ]
        );
    }

    #[test]
    fn python_and_typescript_are_cut_at_theirs() {
        let python = "import os\n\n@cached\ndef one():\n    pass\n\nclass Two(Base):\n    def three(self):\n        return 1\n";
        assert_eq!(
            check("a.py", python),
            [item("", 1, 1), item("one", 3, 5), item("Two.three", 7, 9)]
        );
        let typescript = "export default class Box<T> {\n  open(): void {\n  }\n}\nexport const load = async (x: number) => {\n}\n";
        assert_eq!(
            check("a.ts", typescript),
            [item("Box.open", 1, 4), item("load", 5, 6)]
        );
    }

    #[test]
    fn go_java_and_c_are_cut_at_theirs() {
        assert_eq!(
            check(
                "a.go",
                "package a\n\nfunc (s *Server) Run(x int) error {\n}\n\ntype Kind int\n"
            ),
            [item("", 1, 1), item("Server.Run", 3, 4), item("Kind", 6, 6)]
        );
        assert_eq!(
            check(
                "A.java",
                "public final class A {\n    @Override\n    public String name(int x) {\n        if (x > 1) {\n        }\n    }\n}\n"
            ),
            [item("A.name", 1, 7)]
        );
        assert_eq!(
            check(
                "a.c",
                "#include <x.h>\n\nstatic int\nadd(int a, int b)\n{\n    return twice(a);\n}\n\nvoid run(void) {\n}\n"
            ),
            [item("", 1, 1), item("add", 3, 7), item("run", 9, 10)]
        );
    }

    #[test]
    fn a_long_stretch_is_read_through_overlapping_windows() {
        let source = "line\n".repeat(100);
        assert_eq!(
            check("notes.unknown", &source),
            [item("", 1, 40), item("", 36, 75), item("", 71, 100)]
        );
    }

    #[test]
    fn what_stands_before_a_long_line_is_read_once() {
        let long = "x".repeat(9_000);
        let (short, wide) = ("line\n".repeat(4), "y".repeat(300) + "\n");
        assert_eq!(
            check("a.unknown", &format!("{short}{long}\n{short}")),
            [
                item("", 1, 4),
                item("", 5, 5),
                item("", 5, 5),
                item("", 6, 9)
            ]
        );
        assert_eq!(
            check("a.unknown", &wide.repeat(60)),
            [item("", 1, 27), item("", 28, 54), item("", 55, 60)]
        );
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let file = File {
            path: "a.js",
            repository: "",
            last_modified: "",
        };
        let passages =
            read(file, "x".repeat(20_000).as_bytes(), &mut Notes::default()).expect("ASCII");
        let sizes: Vec<usize> = passages.iter().map(|passage| passage.text.len()).collect();
        assert_eq!(sizes, [8192, 8192, 3616]);
        assert!(passages.iter().all(|passage| passage.line_start == 1));
    }

    #[test]
    fn a_notebook_is_cut_at_its_cells_and_their_items() {
        let notebook = r##"{"cells": [
            {"cell_type": "markdown", "source": ["# Load\n", "from disk"]},
            {"cell_type": "code", "source": "import os\n\ndef load(path):\n    return 1\n"},
            {"cell_type": "code", "source": "def save():\n    pass"}]}"##;
        assert_eq!(
            check("a.IPYNB", notebook),
            [
                item("", 1, 2),
                item("", 4, 4),
                item("load", 6, 7),
                item("save", 9, 10)
            ]
        );
    }
}
