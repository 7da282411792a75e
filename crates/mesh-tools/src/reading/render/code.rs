use std::collections::HashSet;

use mesh_index::CodePassage;

use crate::reading::{Address, Rendered};

/// The file as it was read: windows overlap, blank lines between items are in none of them, and a very long line is in
/// several.
pub(super) fn render<'a>(passages: impl Iterator<Item = &'a CodePassage>) -> Option<Rendered> {
    let mut passages: Vec<_> = passages.collect();
    let first = *passages.first()?;
    let mut whole = Rendered {
        address: Address::of_file(first),
        title: first.path.clone(),
        path: first.path.clone(),
        media_type: "text/plain",
        text: String::new(),
        marks: Vec::new(),
    };
    // Two sources may hold the same file.
    let mut seen = HashSet::new();
    passages.retain(|passage| seen.insert(&passage.id));
    passages.sort_by_key(|passage| passage.line_start);
    let mut written = 0;
    let mut last: Option<&CodePassage> = None;
    for passage in passages {
        let is_more_of_the_line = last.is_some_and(|last| {
            let lines = [last, passage].map(|of| (of.line_start, of.line_end));
            lines == [(passage.line_start, passage.line_start); 2]
        });
        if is_more_of_the_line {
            whole.text.truncate(whole.text.trim_end_matches('\n').len());
            whole.text.push_str(&passage.text);
            whole.text.push('\n');
        } else {
            written = lines(&mut whole, passage, written);
        }
        last = Some(passage);
    }
    Some(whole)
}

/// Writes the passage's lines after the first `written` of the file, and says how many are written then.
fn lines(whole: &mut Rendered, passage: &CodePassage, written: u32) -> u32 {
    let mut written = written;
    for (line, number) in passage.text.lines().zip(passage.line_start..) {
        if number <= written {
            continue;
        }
        while written + 1 < number {
            written += 1;
            whole.text.push('\n');
        }
        let names = (number == passage.line_start && !passage.symbol.is_empty())
            .then(|| passage.symbol.clone());
        whole.mark(Some((number, number)), names.into_iter().collect());
        whole.text.push_str(line);
        whole.text.push('\n');
        written = number;
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(first: u32, last: u32, text: &str) -> CodePassage {
        CodePassage {
            id: format!("{first}{text}"),
            path: "src/a.rs".to_owned(),
            line_start: first,
            line_end: last,
            text: text.to_owned(),
            ..CodePassage::default()
        }
    }

    #[test]
    fn a_line_of_its_own_is_no_more_of_the_line_before() {
        let windows = [
            window(1, 4, "one\ntwo\nthree\nfour"),
            window(4, 4, "four"),
            window(5, 5, "long "),
            window(5, 5, "line"),
        ];
        let whole = render(windows.iter()).expect("a file");
        assert_eq!(whole.text, "one\ntwo\nthree\nfour\nlong line\n");
    }

    #[test]
    fn a_file_is_put_together_from_windows_that_overlap_and_leave_gaps() {
        let windows = [
            window(1, 3, "one\ntwo\nthree"),
            window(3, 4, "three\nfour"),
            window(7, 7, "long "),
            window(7, 7, "line"),
            window(8, 8, "end"),
        ];
        let whole = render(windows.iter()).expect("a file");
        assert_eq!(whole.text, "one\ntwo\nthree\nfour\n\n\nlong line\nend\n");
        let at = whole.offset_of("L4").expect("a line");
        assert!(whole.text[at..].starts_with("four"));
    }
}
