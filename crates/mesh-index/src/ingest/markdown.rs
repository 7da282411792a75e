//! Markdown: CommonMark with GitHub's tables, footnotes and front matter.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::front_matter::{self, Notation};
use super::html::Piece;
use super::lines::Lines;
use super::notes::{Notes, Place};
use super::outline::Outline;
use super::skip::SkipReason;
use super::slug::Slugs;
use super::table::Tables;
use super::{decode, html};
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 2;

/// The passages of a Markdown document.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let text = decode::text(bytes)?;
    let mut reader = Reader::new(path, &text, notes);
    let start = reader.metadata(&text);
    let body = Parser::new_ext(&text[start..], options()).into_offset_iter();
    for (event, range) in body {
        reader.event(event, range.start + start..range.end + start);
    }
    reader.flush();
    Ok(reader.outline.finish())
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
}

#[derive(Debug)]
struct Reader<'a> {
    outline: Outline<'a>,
    lines: Lines,
    slugs: Slugs,
    anchor: Option<String>,
    block: String,
    span: Range<usize>,
    metadata: Option<Notation>,
    /// How many lists are open, one in the other.
    lists: u32,
    tables: Tables,
    notes: &'a mut Notes,
}

impl<'a> Reader<'a> {
    fn new(path: &'a str, text: &str, notes: &'a mut Notes) -> Self {
        Self {
            outline: Outline::new(path),
            lines: Lines::of(text),
            slugs: Slugs::default(),
            anchor: None,
            block: String::new(),
            span: 0..0,
            metadata: None,
            lists: 0,
            tables: Tables::default(),
            notes,
        }
    }

    /// Reads the front matter, and gives its end. Only what a document begins with is one: further down, the same lines are
    /// rules or headings, and no block must take in what stands between them.
    fn metadata(&mut self, text: &str) -> usize {
        if !text.starts_with("---") && !text.starts_with("+++") {
            return 0;
        }
        let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
            | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
        let mut events = Parser::new_ext(text, options).into_offset_iter();
        let Some((first @ Event::Start(Tag::MetadataBlock(_)), block)) = events.next() else {
            return 0;
        };
        let end = block.end;
        self.event(first, block);
        for (event, range) in events {
            let is_last = matches!(event, Event::End(TagEnd::MetadataBlock(_)));
            self.event(event, range);
            if is_last {
                break;
            }
        }
        end
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::Html(text) => self.push(&text, range),
            Event::SoftBreak => self.push(" ", range),
            Event::HardBreak => self.push("\n", range),
            Event::InlineHtml(tag) => self.inline_html(&tag, range),
            Event::TaskListMarker(is_done) => self.push(task_marker(is_done), range),
            Event::FootnoteReference(_)
            | Event::Rule
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { id, .. } => {
                self.flush();
                self.anchor = id.map(|id| id.to_string());
            }
            Tag::MetadataBlock(kind) => {
                self.flush();
                self.metadata = Some(match kind {
                    MetadataBlockKind::YamlStyle => Notation::Yaml,
                    MetadataBlockKind::PlusesStyle => Notation::Toml,
                });
            }
            Tag::List(_) => self.lists += 1,
            Tag::Item => {
                self.flush();
                self.entry();
                self.push("- ", range.start..range.start);
            }
            Tag::Paragraph if self.block == "- " => {}
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::FootnoteDefinition(_) => {
                self.flush()
            }
            Tag::Table(_) => {
                self.flush();
                self.tables.open(&self.block);
                self.span = range;
            }
            Tag::TableCell => self.tables.cell(&mut self.block),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::MetadataBlock(_) => {
                self.front_matter();
                self.flush();
            }
            TagEnd::TableRow | TagEnd::TableHead => self.tables.row(&mut self.block),
            TagEnd::HtmlBlock => self.html_block(),
            TagEnd::List(_) => {
                self.entry();
                self.lists = self.lists.saturating_sub(1);
            }
            TagEnd::Table => {
                self.tables.close(&mut self.block);
                self.flush();
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock => self.flush(),
            _ => {}
        }
    }

    fn entry(&mut self) {
        if self.lists == 1 {
            self.outline.entry();
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        let text = std::mem::take(&mut self.block);
        let anchor = self.anchor.take();
        let anchor = anchor.unwrap_or_else(|| self.slugs.next(&text));
        let line = self.lines.at(self.span.start);
        self.outline.heading(level as u8, &text, Some(anchor), line);
    }

    fn front_matter(&mut self) {
        let Some(notation) = self.metadata.take() else {
            return;
        };
        match front_matter::parse(notation, &self.block) {
            Ok(known) => {
                self.outline.title(&known.title);
                self.block = known.searched.join("\n");
            }
            // It stays in the block, and so is searched as the text it is.
            Err(malformed) => {
                self.outline.title(malformed.title);
                let line = self.block.lines().nth(malformed.line - 1);
                // The first line is the one that marks it.
                let place = Place::Line(malformed.line as u64 + 1);
                self.notes.remark(
                    place,
                    "front matter not understood",
                    line.unwrap_or_default(),
                );
            }
        }
    }

    /// A single tag within a line.
    fn inline_html(&mut self, tag: &str, range: Range<usize>) {
        match html::inline(tag) {
            Some(html::Inline::Break) => self.push(" ", range),
            Some(html::Inline::Words(words)) => self.push(&words, range),
            None => {}
        }
    }

    fn html_block(&mut self) {
        let source = std::mem::take(&mut self.block);
        for piece in html::pieces(&source) {
            match piece {
                Piece::Heading(level, text) => {
                    let anchor = self.slugs.next(&text);
                    let line = self.lines.at(self.span.start);
                    self.outline.heading(level, &text, Some(anchor), line);
                }
                Piece::Text(text) => {
                    self.block = text;
                    self.flush();
                }
            }
        }
    }

    fn push(&mut self, text: &str, range: Range<usize>) {
        if self.block.is_empty() {
            self.span.start = range.start;
        }
        self.span.end = range.end.max(self.span.start);
        self.block.push_str(text);
    }

    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.trim() != "-" {
            let last = self.span.end.saturating_sub(1).max(self.span.start);
            let (start, end) = (self.lines.at(self.span.start), self.lines.at(last));
            self.outline.block(&block, start, end);
        }
    }
}

fn task_marker(is_done: bool) -> &'static str {
    if is_done { "[x] " } else { "[ ] " }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str) -> Vec<Passage> {
        read("docs/guide.md", source.as_bytes(), &mut Notes::default())
            .expect("the test gives valid UTF-8")
    }

    #[test]
    fn headings_become_title_path_and_anchor() {
        let passages =
            check("# Guide\n\nHello\nthere.\n\nSetup\n-----\n\n### On `Linux`\n\nRun it.\n");
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
        let passages = check(
            "Plans\n\n| | Basic | Pro |\n|-|-|-|\n| SSO | | yes |\n| API | yes | |\n| | | |\n",
        );
        assert_eq!(
            passages[0].text,
            "Plans\n\n | Basic | Pro\nSSO |  | yes\nAPI | yes"
        );
        let passages = check("# T\n\n| | a |\n|-|-|\n| b | |\n");
        assert_eq!((passages[0].line_start, passages[0].line_end), (3, 5));
    }

    #[test]
    fn a_task_is_done_or_not() {
        let passages = check("- [x] Lift\n- [ ] Lower\n  - [X] Oil\n1. [ ] Lock\n\n   twice\n");
        assert_eq!(
            passages[0].text,
            "- [x] Lift\n\n- [ ] Lower\n\n- [x] Oil\n\n- [ ] Lock\n\ntwice"
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
    fn raw_html_is_reduced_to_its_text() {
        let passages = check(
            "<details>\n<summary>More</summary>\n<b>bold</b> move\n</details>\n\nA <i>b</i> c.\n",
        );
        assert_eq!(passages[0].text, "More\nbold move\n\nA b c.");
    }
}
