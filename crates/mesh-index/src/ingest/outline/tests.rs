use super::*;

#[test]
fn a_closed_section_gives_its_place_back_to_the_one_above() {
    let mut outline = Outline::new("a.html");
    outline.title("Manual");
    outline.heading(1, "Manual", Some("top".to_owned()), 1);
    outline.heading(7, "-v", Some("opt-v".to_owned()), 2);
    outline.block("Be loud.", 3, 3);
    outline.close(7);
    outline.block("After the list.", 5, 5);
    let seen: Vec<_> = outline
        .finish()
        .into_iter()
        .map(|passage| (passage.anchor, passage.headings, passage.text))
        .collect();
    assert_eq!(
        seen,
        [
            (
                Some("opt-v".to_owned()),
                vec!["-v".to_owned()],
                "Be loud.".to_owned()
            ),
            (Some("top".to_owned()), vec![], "After the list.".to_owned()),
        ]
    );
}

#[test]
fn ids_count_the_passages_under_one_anchor() {
    let mut outline = Outline::new("a.md");
    outline.block("one", 1, 1);
    outline.heading(1, "x", Some("x".to_owned()), 2);
    outline.block("two", 2, 2);
    outline.close(1);
    outline.block("three", 3, 3);
    let ids: Vec<String> = outline
        .finish()
        .into_iter()
        .map(|passage| passage.id)
        .collect();
    assert_eq!(
        ids,
        [
            identity::derive(&["a.md", "", "1"]),
            identity::derive(&["a.md", "x", "1"]),
            identity::derive(&["a.md", "", "2"]),
        ]
    );
}

#[test]
fn a_heading_longer_than_its_bound_is_text_too() {
    let long = "word ".repeat(100);
    let mut outline = Outline::new("a.md");
    outline.heading(1, &long, None, 3);
    let passages = outline.finish();
    assert_eq!(passages[0].text, long.trim());
    assert_eq!(passages[0].line_start, 3);
    let mut outline = Outline::new("a.md");
    assert!(outline.headline(&long, 1));
    assert_eq!(outline.finish()[0].text, long.trim());
    let mut outline = Outline::new("a.md");
    for level in 1..=14 {
        outline.heading(level, &format!("level {level}"), None, level.into());
    }
    let passages = outline.finish();
    let texts: Vec<_> = passages.iter().map(|passage| &*passage.text).collect();
    assert_eq!(texts, ["level 13", "level 14"]);
}

#[test]
fn a_title_that_is_shown_is_text_where_there_is_no_other() {
    let mut outline = Outline::new("a.docx");
    assert!(outline.headline("No deploys in May", 1));
    assert!(!outline.headline("Second", 2));
    let passages = outline.finish();
    assert_eq!(
        (&*passages[0].title, &*passages[0].text),
        ("No deploys in May", "No deploys in May")
    );
    let mut outline = Outline::new("a.docx");
    outline.headline("No deploys in May", 1);
    outline.block("But one.", 2, 2);
    assert_eq!(outline.finish().len(), 1);
}

#[test]
fn a_term_without_an_explanation_is_another_name_of_the_next() {
    let mut outline = Outline::new("a.html");
    outline.heading(1, "Options", None, 1);
    outline.term(7, "-v", None, 2);
    outline.term(7, "--verbose", None, 3);
    outline.block("Be loud.", 4, 4);
    let passages = outline.finish();
    assert_eq!(passages.len(), 1);
    assert_eq!(passages[0].headings, ["--verbose"]);
    assert_eq!(passages[0].text, "-v\n\nBe loud.");
}
