use std::collections::HashSet;

use mesh_index::Passage;

use crate::reading::{Address, Rendered, place_of};

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
        whole.mark_passage((passage.line_start, passage.line_end), place_of(passage));
        headings(&mut whole, open, passage);
        whole.text.push_str(&format!("\n{}\n", passage.text.trim()));
        open = &passage.headings;
    }
    Some(whole)
}

/// Each heading that is new here is a part, also one that has another right below it; the anchor is that of the last.
fn headings(whole: &mut Rendered, open: &[String], passage: &Passage) {
    let headings = &passage.headings;
    let same = open
        .iter()
        .zip(headings)
        .take_while(|(a, b)| a == b)
        .count();
    let mut anchor = passage.anchor.clone();
    for (depth, heading) in headings.iter().enumerate().skip(same) {
        let anchor = anchor.take_if(|_| depth + 1 == headings.len());
        whole.mark(None, anchor.into_iter().chain([heading.clone()]).collect());
        let marks = "#".repeat((depth + 2).min(6));
        whole.text.push_str(&format!("\n{marks} {heading}\n"));
    }
    if let Some(anchor) = anchor {
        whole.mark(None, vec![anchor]);
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
        let returns = whole.offset_of("returns").expect("a heading");
        assert!(whole.text[returns..].starts_with("\n## Returns\n\n### Late\n"));
        let refused = whole.offset_of("refunds").expect_err("no such part");
        let told = "`docs/a.md` has no part `refunds`; its parts are Returns, Late, Never";
        assert_eq!(refused.to_string(), told);
    }

    #[test]
    fn a_document_of_two_sources_is_written_once() {
        let once = [passage(&[], "Welcome."), passage(&["Returns"], "One.")];
        let twice = [&once[0], &once[0], &once[1], &once[1]];
        let whole = render(twice.into_iter()).expect("a document");
        assert_eq!(whole.text, render(once.iter()).expect("a document").text);
    }
}
