use std::collections::HashSet;

use mesh_index::Passage;

use crate::reading::{Address, Rendered};

/// As Markdown: each heading once, where its section begins, one level below those it stands under.
pub(super) fn render<'a>(passages: impl Iterator<Item = &'a Passage>) -> Option<Rendered> {
    // Two sources may hold the same file.
    let mut seen = HashSet::new();
    let mut passages = passages
        .filter(|passage| seen.insert(passage.id.as_str()))
        .peekable();
    let first = passages.peek()?;
    let mut whole = Rendered {
        address: Address::of_document(first),
        title: first.title.clone(),
        path: first.path.clone(),
        media_type: "text/markdown",
        text: format!("<!-- {} -->\n\n# {}\n", first.path, first.title),
        marks: Vec::new(),
    };
    let mut open: &[String] = &[];
    for passage in passages {
        let names = [&passage.anchor.clone(), &passage.headings.last().cloned()];
        let names = names.into_iter().flatten().cloned().collect();
        whole.mark(Some((passage.line_start, passage.line_end)), names);
        headings(&mut whole.text, open, &passage.headings);
        whole.text.push_str(&format!("\n{}\n", passage.text.trim()));
        open = &passage.headings;
    }
    Some(whole)
}

fn headings(text: &mut String, open: &[String], headings: &[String]) {
    let same = open
        .iter()
        .zip(headings)
        .take_while(|(a, b)| a == b)
        .count();
    for (depth, heading) in headings.iter().enumerate().skip(same) {
        let marks = "#".repeat((depth + 2).min(6));
        text.push_str(&format!("\n{marks} {heading}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(headings: &[&str], text: &str) -> Passage {
        Passage {
            id: text.to_owned(),
            path: "docs/a.md".to_owned(),
            title: "Handbook".to_owned(),
            headings: headings.iter().map(|&heading| heading.to_owned()).collect(),
            text: text.to_owned(),
            ..Passage::default()
        }
    }

    #[test]
    fn a_document_is_put_together_under_its_headings() {
        let passages = [
            passage(&[], "Welcome."),
            passage(&["Returns", "Late"], "One."),
            passage(&["Returns", "Late"], "Two."),
            passage(&["Returns", "Never"], "Three."),
        ];
        let whole = render(passages.iter()).expect("a document");
        assert_eq!(
            whole.text,
            "<!-- docs/a.md -->\n\n# Handbook\n\nWelcome.\n\n## Returns\n\n### Late\n\nOne.\n\nTwo.\n\n### Never\n\nThree.\n"
        );
        let never = whole.offset_of("never").expect("a heading");
        assert_eq!(whole.text[never..].trim(), "### Never\n\nThree.");
    }

    #[test]
    fn a_document_of_two_sources_is_written_once() {
        let once = [passage(&[], "Welcome."), passage(&["Returns"], "One.")];
        let twice = [&once[0], &once[0], &once[1], &once[1]];
        let whole = render(twice.into_iter()).expect("a document");
        assert_eq!(whole.text, render(once.iter()).expect("a document").text);
    }
}
