//! Markdown: CommonMark with GitHub's tables, footnotes and front matter.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::lines::Lines;
use super::notes::Notes;
use super::outline::Outline;
use super::skip::SkipReason;
use super::slug::Slugs;
use super::{decode, html};
use crate::record::Passage;

/// The passages of a Markdown document.
pub fn read(path: &str, bytes: &[u8], _notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let text = decode::text(bytes)?;
    let mut reader = Reader::new(path, &text);
    for (event, range) in Parser::new_ext(&text, options()).into_offset_iter() {
        reader.event(event, range);
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
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
}

#[derive(Debug)]
struct Reader<'a> {
    outline: Outline<'a>,
    lines: Lines,
    slugs: Slugs,
    anchor: Option<String>,
    block: String,
    span: Range<usize>,
    metadata: bool,
}

impl<'a> Reader<'a> {
    fn new(path: &'a str, text: &str) -> Self {
        Self {
            outline: Outline::new(path),
            lines: Lines::of(text),
            slugs: Slugs::default(),
            anchor: None,
            block: String::new(),
            span: 0..0,
            metadata: false,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.metadata => self.front_matter(&text),
            Event::Text(text) | Event::Code(text) | Event::Html(text) => self.push(&text, range),
            Event::SoftBreak => self.push(" ", range),
            Event::HardBreak => self.push("\n", range),
            Event::FootnoteReference(_)
            | Event::InlineHtml(_)
            | Event::Rule
            | Event::TaskListMarker(_)
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
            Tag::MetadataBlock(_) => self.metadata = true,
            Tag::Item => {
                self.flush();
                self.push("- ", range.start..range.start);
            }
            Tag::Paragraph if self.block == "- " => {}
            Tag::Paragraph
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::Table(_)
            | Tag::FootnoteDefinition(_) => self.flush(),
            Tag::TableCell if !self.block.is_empty() && !self.block.ends_with('\n') => {
                self.push(" | ", range.start..range.start);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::MetadataBlock(_) => self.metadata = false,
            TagEnd::TableRow | TagEnd::TableHead => self.block.push('\n'),
            TagEnd::HtmlBlock => {
                self.block = html::plain(&self.block);
                self.flush();
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock | TagEnd::Table => self.flush(),
            _ => {}
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        let text = std::mem::take(&mut self.block);
        let anchor = self.anchor.take();
        let anchor = anchor.unwrap_or_else(|| self.slugs.next(&text));
        self.outline.heading(level as u8, &text, Some(anchor));
    }

    fn front_matter(&mut self, text: &str) {
        let title = text.lines().find_map(|line| {
            let rest = line.strip_prefix("title")?.trim_start();
            rest.strip_prefix([':', '='])
        });
        if let Some(title) = title {
            self.outline.title(title.trim().trim_matches(['"', '\'']));
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
    fn front_matter_names_the_document() {
        let passages = check("---\ntitle: \"The Guide\"\ntags: [a]\n---\n# Start\n\nText.\n");
        assert_eq!(passages[0].title, "The Guide");
        assert_eq!(passages[0].headings, ["Start"]);
        assert_eq!(passages[0].text, "Text.");
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
