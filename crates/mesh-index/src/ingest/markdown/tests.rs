use super::*;
use crate::ingest::notes::Place;

fn check(source: &str) -> Vec<Passage> {
    read("docs/guide.md", source.as_bytes(), &mut Notes::default())
        .expect("the test gives valid UTF-8")
}

#[test]
fn lines_that_an_example_in_rust_hides_are_not_read() {
    let text = |fence: &str| {
        let source = format!(
            "# Use\n\n```{fence}\n# fn main() {{\n#[derive(Debug)]\nstruct A;\n#\n# }}\n```\n"
        );
        read("a.md", source.as_bytes(), &mut Notes::default()).expect("read")[0]
            .text
            .clone()
    };
    assert_eq!(text("rust,no_run"), "#[derive(Debug)]\nstruct A;");
    assert_eq!(
        text("sh"),
        "# fn main() {\n#[derive(Debug)]\nstruct A;\n#\n# }"
    );
}

#[test]
fn headings_become_title_path_and_anchor() {
    let passages = check("# Guide\n\nHello\nthere.\n\nSetup\n-----\n\n### On `Linux`\n\nRun it.\n");
    assert_eq!(passages.len(), 2);
    assert_eq!(passages[0].title, "Guide");
    assert_eq!(passages[0].anchor.as_deref(), Some("guide"));
    assert_eq!(passages[0].text, "Hello there.");
    assert_eq!((passages[0].line_start, passages[0].line_end), (3, 4));
    assert_eq!(passages[1].headings, ["Setup", "On Linux"]);
    assert_eq!(passages[1].anchor.as_deref(), Some("on-linux"));
    assert_eq!((passages[1].line_start, passages[1].line_end), (11, 11));
}

#[test]
fn each_change_is_a_passage_below_its_release() {
    let source = "# Kiln\n\n## [2.1.0] - 2024-05-01\n\n### Fixed\n\n- The door\n  - and its hinge\n- The lamp\n\nThanks to all.\n\n## Use\n\n- Open\n- Close\n";
    let passages = check(source);
    let seen: Vec<(String, &str)> = passages
        .iter()
        .map(|passage| (passage.headings.join("/"), &*passage.text))
        .collect();
    let fixed = "[2.1.0] - 2024-05-01/Fixed".to_owned();
    assert_eq!(
        seen,
        [
            (fixed.clone(), "- The door\n\n- and its hinge"),
            (fixed.clone(), "- The lamp"),
            (fixed, "Thanks to all."),
            ("Use".to_owned(), "- Open\n\n- Close"),
        ]
    );
}

#[test]
fn front_matter_names_the_document_and_is_searched() {
    let passages = check(
        "---\ntitle: \"The Guide\"\ndescription: How to begin\ntags: [a, b]\n---\n# Start\n\nText.\n",
    );
    assert_eq!(passages[0].title, "The Guide");
    assert_eq!(passages[0].text, "How to begin\na, b");
    assert_eq!(passages[1].headings, ["Start"]);
    assert_eq!(passages[1].text, "Text.");
}

#[test]
fn front_matter_may_begin_with_a_blank_line() {
    let passages = check("---\n\ntitle: The Guide\nid: GD-7\n---\n\n# Start\n\nText.\n");
    assert_eq!(passages[0].title, "The Guide");
    assert_eq!(passages[0].text, "id: GD-7");
    assert_eq!((passages[0].line_start, passages[0].line_end), (1, 5));
    assert_eq!(passages[1].text, "Text.");
    assert_eq!(passages[1].line_start, 9);
}

#[test]
fn malformed_front_matter_costs_nothing() {
    let passages = check("---\ntitle: Herons: a: study\n  - x: [\n---\n# Herons\n\nText.\n");
    assert_eq!(passages[0].title, "Herons: a: study");
    assert!(passages[0].text.contains("a: study"));
    assert_eq!(passages[1].text, "Text.");
    let mut notes = Notes::default();
    let source = b"---\nlayout: x\ntitle: a: b\n---\nText.\n";
    read("a.md", source, &mut notes).expect("ASCII");
    let places = &notes.groups[0].places;
    assert_eq!(*places, [(Place::Line(3), "title: a: b".to_owned())]);
}

#[test]
fn text_between_rules_is_no_front_matter() {
    let source = "# Weirs\n\nOne.\n\n---\n## Two\n\n- Lift\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n\nThree.\n";
    let passages = check(source);
    assert_eq!(passages[0].title, "Weirs");
    assert_eq!(passages[0].text, "One.");
    assert_eq!(passages[1].headings, ["Two"]);
    assert_eq!(passages[1].anchor.as_deref(), Some("two"));
    assert_eq!(passages[1].text, "- Lift\n\na | b\n1 | 2\n\nThree.");
    assert_eq!((passages[1].line_start, passages[1].line_end), (8, 16));
    let passages = check("---\ntitle: T\n---\nOne.\n\n+++\nTwo.\n+++\n");
    assert_eq!(passages[0].title, "T");
    assert_eq!(passages[0].text, "One.\n\n+++ Two. +++");
    assert_eq!((passages[0].line_start, passages[0].line_end), (4, 8));
    let passages = check("---\n\n# Not front matter\n\nOne.\n---\n");
    assert_eq!(passages[0].title, "Not front matter");
}

#[test]
fn a_blank_cell_keeps_its_place() {
    let passages =
        check("Plans\n\n| | Basic | Pro |\n|-|-|-|\n| SSO | | yes |\n| API | yes | |\n| | | |\n");
    assert_eq!(
        passages[0].text,
        "Plans\n\n | Basic | Pro\nSSO |  | yes\nAPI | yes"
    );
    let passages = check("# T\n\n| | a |\n|-|-|\n| b | |\n");
    assert_eq!((passages[0].line_start, passages[0].line_end), (3, 5));
}

#[test]
fn a_blank_cell_of_a_table_in_html_keeps_its_place() {
    let passages = check(
        "<table><tr><td>Host</td><td>Owner</td><td>Backup</td></tr>\n<tr><td>db1</td><td></td><td>Jane</td></tr></table>\n",
    );
    assert_eq!(passages[0].text, "Host | Owner | Backup\ndb1 |  | Jane");
}

#[test]
fn a_task_is_done_or_not() {
    let passages = check("- [x] Lift\n- [ ] Lower\n  - [X] Oil\n1. [ ] Lock\n\n   twice\n");
    assert_eq!(
        passages[0].text,
        "- [x] Lift\n\n- [ ] Lower\n\n- [x] Oil\n\n1. [ ] Lock\n\ntwice"
    );
}

#[test]
fn a_long_paragraph_that_a_rule_makes_a_heading_is_text() {
    let long = "word ".repeat(100);
    let passages = check(&format!("# T\n\n{long}\n---\n\nNext.\n"));
    assert_eq!(passages[0].text, format!("{}\n\nNext.", long.trim()));
    assert_eq!(passages[0].line_start, 3);
    let passages = check("# T\n\n## No deploys on 24 May\n\n## Next\n\nGo.\n");
    assert_eq!(passages[0].text, "No deploys on 24 May");
    assert_eq!(passages[0].anchor.as_deref(), Some("no-deploys-on-24-may"));
    assert_eq!((passages[0].line_start, passages[0].line_end), (3, 3));
}

#[test]
fn code_in_html_keeps_its_lines() {
    let passages = check("<pre>\nat A.b\n  at C.d\n</pre>\n");
    assert_eq!(passages[0].text, "at A.b\n  at C.d");
}

#[test]
fn html_within_a_line_is_seen_as_a_browser_shows_it() {
    let passages = check(
        "One<br>two<br/>three <!-- hidden --><kbd>Ctrl</kbd>+<kbd>C</kbd> <img src=x alt='a dial'>\n\n| a | b |\n|-|-|\n| c<br>d | e |\n",
    );
    assert_eq!(
        passages[0].text,
        "One two three Ctrl+C a dial\n\na | b\nc d | e"
    );
}

#[test]
fn a_heading_in_html_is_a_heading() {
    let passages = check(
        "<p align=center><img src=l.svg alt=Logo></p>\n<h1 align=\"center\">Weather Vane</h1>\n<!-- h2 -->\n\nTurns.\n",
    );
    assert_eq!(passages[0].title, "Weather Vane");
    assert_eq!(passages[0].text, "Logo");
    assert_eq!(passages[1].anchor.as_deref(), Some("weather-vane"));
    assert_eq!(passages[1].text, "Turns.");
}

#[test]
fn lists_tables_and_code_keep_their_text() {
    let passages = check(
        "- one\n- two\n\n  more\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```rust\nfn main() {}\n\nend\n```\n",
    );
    assert_eq!(
        passages[0].text,
        "- one\n\n- two\n\nmore\n\na | b\n1 | 2\n\nfn main() {}\n\nend"
    );
    assert_eq!((passages[0].line_start, passages[0].line_end), (1, 13));
}

#[test]
fn the_items_of_a_numbered_list_keep_their_numbers() {
    for (source, expected) in [
        ("1. Stop\n2. Restore\n", "1. Stop\n\n2. Restore"),
        (
            "7) Stop\n\n   - now\n\n1) Go\n",
            "7. Stop\n\n- now\n\n8. Go",
        ),
        ("- a\n  1. b\n  1. c\n- d\n", "- a\n\n1. b\n\n2. c\n\n- d"),
        ("1.\n2. ```\n   x\n   ```\n3. y\n", "x\n\n3. y"),
        (
            "<ol start=3><li>Stop</li><li><p>Go</p></li></ol>\n",
            "3. Stop\n4. Go",
        ),
    ] {
        assert_eq!(check(source)[0].text, expected, "{source}");
    }
}

#[test]
fn an_address_follows_the_text_that_leads_to_it() {
    for (source, expected) in [
        (
            "See the [dial *d*](https://x.org/d/42), [below](#b) and [Ada](mailto:ada@x.org).\n",
            "See the dial d <https://x.org/d/42>, below and Ada <ada@x.org>.",
        ),
        (
            "<https://x.org> [x.org](https://x.org) [x]\n\n[x]: http://y.org\n",
            "https://x.org x.org x <http://y.org>",
        ),
        ("- The door ([#12](https://x.org/12))\n", "- The door (#12)"),
        (
            "[![Build](b.svg)](https://x.org) ![one](1)![two](2)![](3)three\n",
            "Build one two three",
        ),
        (
            "| [a](https://x.org) | b |\n|-|-|\n| c | d |\n",
            "a <https://x.org> | b\nc | d",
        ),
        (
            "A <a href='https://x.org'>dial</a> <a href=https://y.org><img alt=One><img alt=Two></a>.\n",
            "A dial <https://x.org> One Two.",
        ),
        (
            "<p><a href='https://x.org'>dial</a>\n<img alt=One><img alt=Two></p>\n",
            "dial <https://x.org> One Two",
        ),
    ] {
        assert_eq!(check(source)[0].text, expected, "{source}");
    }
    let passages = check("# [T](https://x.org)\n\n## [Setup](https://x.org)\n\nGo.\n");
    assert_eq!(
        (&*passages[0].title, &passages[0].headings[..]),
        ("T", &["Setup".to_owned()][..])
    );
}

#[test]
fn raw_html_is_reduced_to_its_text() {
    let passages = check(
        "<details>\n<summary>More</summary>\n<b>bold</b> move\n</details>\n\nA <i>b</i> c.\n",
    );
    assert_eq!(passages[0].text, "More\nbold move\n\nA b c.");
}

#[test]
fn marks_of_myst_are_not_shown() {
    let source = "(set-up)=\n# Setting up {class}`~kiln.Door`\n\n:::{admonition} Upgrade note\n:class: dropdown\nStop {py:func}`all <kiln.stop>` and {x} `y`.\n:::\n\n:::{versionadded} 5.0\nA lamp.\n:::\n\n::::{figure} a.png\n:alt: The door\n\n:::{note}\nInner.\n:::\n::::\n\n(a b)= is text.\n\n```\n(c)=\n:::{note}\n```\n";
    let passages = check(source);
    assert_eq!(passages[0].title, "Setting up kiln.Door");
    assert_eq!(passages[0].anchor.as_deref(), Some("setting-up-kilndoor"));
    assert_eq!(
        passages[0].text,
        "Upgrade note\n\nStop all and {x} y.\n\nNew in version 5.0\nA lamp.\n\nThe door\n\nInner.\n\n(a b)= is text.\n\n(c)=\n:::{note}"
    );
    assert_eq!((passages[0].line_start, passages[0].line_end), (4, 25));
}

#[test]
fn notes_that_are_fenced_as_code_are_text() {
    let source = "# Kiln\n\n````{note}\n:class: x\n\nSee [it](#b).\n\n```{warning} Hot\nDo *not*.\n```\n\n```{code} py\nx = 1\n```\n````\n\n~~~{deprecated} 5.3\n~~~\n\n```{toctree}\n:caption: All\n:maxdepth: 1\n\na\n:b: c\n```\n\nEnd.\n";
    let passages = check(source);
    assert_eq!(
        passages[0].text,
        "See it.\n\nHot\nDo not.\n\nx = 1\n\nDeprecated since version 5.3\n\nAll\n\na\n:b: c\n\nEnd."
    );
    assert_eq!((passages[0].line_start, passages[0].line_end), (6, 28));
}

#[test]
fn containers_of_site_generators_show_their_titles() {
    for (source, expected) in [
        ("::: tip\nOne.\n:::\nTwo.\n", "One.\n\nTwo."),
        ("::: tip Mind this\nOne.\n:::\n", "Mind this\nOne."),
        (":::note[Mind `this`]\n\nOne.\n\n:::\n", "Mind this\n\nOne."),
        ("::: details More {open}\nOne.\n:::\n", "More\nOne."),
        ("::: {.callout-note}\nOne.\n:::\n", "One."),
        ("- a\n\n    ::: tip\n    b\n    :::\n", "- a\n\nb"),
        (":::,b\n", ":::,b"),
        ("a :::\n", "a :::"),
    ] {
        assert_eq!(check(source)[0].text, expected, "{source}");
    }
}

#[test]
fn comments_of_mdx_are_not_shown() {
    let source = "---\ntitle: Kiln\n---\n\n{/* Not `{/* shown */}\n\nOne {/* a */}two.\n\n{/*\n# No heading\n\n```\nx\n```\n*/}\n\n`{/* code */}`\n\n```js\n{/* code */}\n```\n\nEnd {/* of all.\n";
    let passages = check(source);
    assert_eq!(
        passages[0].text,
        "One two.\n\n{/* code */}\n\n{/* code */}\n\nEnd {/* of all."
    );
    assert_eq!((passages[0].line_start, passages[0].line_end), (7, 23));
    assert_eq!(check("# T\n\n{/* Generated. */}\n")[0].text, "T");
}

#[test]
fn a_link_without_words_shows_the_name_that_it_leads_to() {
    let passages = check(
        "# Kiln [](#k)\n\n[](#Door.open) opens, see [](set-up) and [](../b.md).\n\n<a href='#top'></a>Top [](#)[![x](y)](#z).\n",
    );
    assert_eq!(passages[0].title, "Kiln");
    assert_eq!(
        passages[0].text,
        "Door.open opens, see set-up and .\n\nTop x."
    );
    assert_eq!(passages[0].line_start, 3);
}
