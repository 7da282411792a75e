//! RTF: the text of a document as its reader sees it. One pass over the bytes; a group is a saved state, so no depth of groups
//! recurses.

mod font;
mod reader;
mod token;

use self::reader::Reader;
use super::html;
use super::notes::Notes;
use super::outline::Outline;
use super::skip::SkipReason;
use super::slug::Slugs;
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 4;

/// The passages of a document; the number of the paragraph stands for the line.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], _notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let document = Document::of(bytes)?;
    let mut outline = Outline::new(path);
    let mut slugs = Slugs::default();
    for (number, paragraph) in (1..).zip(&document.paragraphs) {
        match paragraph.level {
            Some(level) => {
                let anchor = slugs.next(&paragraph.text);
                outline.heading(level, &paragraph.text, Some(anchor), number);
            }
            None => outline.block(&paragraph.text, number, number),
        }
    }
    outline.close(1);
    let last = u32::try_from(document.paragraphs.len()).unwrap_or(u32::MAX);
    for page in &document.pages {
        outline.block(page, last, last);
    }
    outline.title(&document.title);
    Ok(outline.finish())
}

/// The text of what a mail program wrote as RTF; what it had as HTML before is that again.
pub(crate) fn plain(bytes: &[u8]) -> Option<String> {
    let document = Document::of(bytes).ok()?;
    let paragraphs = document.paragraphs.into_iter();
    let text = paragraphs.map(|paragraph| paragraph.text);
    let text = text.collect::<Vec<_>>().join("\n");
    Some(match document.is_html {
        true => html::plain(&text),
        false => text.trim().to_owned(),
    })
}

#[derive(Debug, Default)]
struct Document {
    title: String,
    paragraphs: Vec<Paragraph>,
    /// What stands above and below its pages.
    pages: Vec<String>,
    /// It is a page that was packed into RTF.
    is_html: bool,
}

#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    /// What stands before it as an item of a list.
    mark: String,
    /// Of a heading, from 1.
    level: Option<u8>,
}

impl Document {
    fn of(bytes: &[u8]) -> Result<Self, SkipReason> {
        if !bytes.trim_ascii_start().starts_with(b"{\\rtf") {
            return Err(SkipReason::Broken("RTF".into()));
        }
        Reader::read(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &[u8]) -> Vec<(String, String, String)> {
        let passages =
            read("d/pump.rtf", source, &mut Notes::default()).expect("the test gives RTF");
        let shown = |passage: Passage| (passage.title, passage.headings.join("/"), passage.text);
        passages.into_iter().map(shown).collect()
    }

    fn text(body: &str) -> String {
        plain(format!("{{\\rtf1\\ansi\\ansicpg1252{body}}}").as_bytes())
            .expect("the test gives RTF")
    }

    #[test]
    fn a_document_is_read_by_its_headings() {
        let source = br"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}}{\colortbl;\red0\green0\blue0;}
{\stylesheet{\s1 heading 1;}}{\info{\title Pump manual}{\author Ada}}
\pard\s1\outlinelevel0 Starting\par\pard Turn the {\b red} valve.\par Wait\line a minute.\par
\trowd\cellx100\pard\intbl Oil\cell 5 l\cell\row\pard\outlinelevel0 Stopping\par\pard Turn it back.\par}";
        let passage = |heading: &str, text: &str| {
            (
                "Pump manual".to_owned(),
                heading.to_owned(),
                text.to_owned(),
            )
        };
        assert_eq!(
            check(source),
            [
                passage(
                    "Starting",
                    "Turn the red valve.\n\nWait\na minute.\n\nOil | 5 l"
                ),
                passage("Stopping", "Turn it back."),
            ]
        );
    }

    #[test]
    fn a_note_stands_after_the_paragraph_that_it_is_to() {
        let source = br"{\rtf1\ansi{\pard\outlinelevel0 Chapter one{\super\chftn}{\footnote\pard\plain {\super\chftn} Seen in\par May.}\par}\pard Body.\par
{\pard\outlinelevel1{\listtext\pard\plain 2.\tab}Part{\*\atnauthor Ada}{\*\annotation\pard\plain Which?}}\par\pard Text.\par}";
        let passage = |heading: &str, text: &str| {
            (
                "Chapter one".to_owned(),
                heading.to_owned(),
                text.to_owned(),
            )
        };
        assert_eq!(
            check(source),
            [
                passage("", "Seen in May.\n\nBody."),
                passage("2. Part", "Which?\n\nText."),
            ]
        );
    }

    #[test]
    fn the_items_of_a_numbered_list_keep_their_numbers() {
        assert_eq!(
            text(
                r"{\listtext\pard 1.\tab}Stop\par{\listtext b)\tab}Restore\par{\listtext\f3\'b7\tab}Go\par{\listtext 3.\tab}\par End"
            ),
            "1. Stop\nb) Restore\nGo\n\nEnd"
        );
    }

    #[test]
    fn a_blank_cell_keeps_its_place_and_a_line_its_end() {
        assert_eq!(
            text(
                r"\trowd\intbl\cell Owner\cell Backup\cell\row\trowd\intbl db1\cell\cell Jane\cell\row\trowd\intbl db2\cell Bob\cell\cell\row\pard ls |\par"
            ),
            "| Owner | Backup\ndb1 |  | Jane\ndb2 | Bob\nls |"
        );
    }

    #[test]
    fn letters_are_those_of_their_code_page_or_their_font() {
        assert_eq!(
            text(r"caf\'e9 \u8364?\u-10179?\u-8704? \{x\}\~y"),
            "café €😀 {x}\u{a0}y"
        );
        let fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}}\f0 a\'e9 {\f1\'cf\'f0\'e8}\'e9";
        assert_eq!(text(fonts), "aé Приé");
        assert_eq!(text(r"\uc2\u233\'c3\'a9x\uc0\u233 y"), "éxéy");
    }

    #[test]
    fn what_is_not_shown_is_left_out() {
        assert_eq!(
            text(
                r"a{\*\generator Word;}{\pict\bin3 {{{}{\v hidden}{\header top}{\field{\*\fldinst HYPERLINK x}{\fldrslt link}} b"
            ),
            "alink b"
        );
    }

    #[test]
    fn what_stands_above_and_below_pages_is_told_once_at_the_end() {
        let source = br"{\rtf1\ansi{\header\pard For wardens\par}{\headerf For {\b wardens}}{\footer Page {\field{\*\fldinst PAGE}{\fldrslt 3}}}{\footerl 3}
\pard\outlinelevel0 Otters\par\pard Seen in May.\par}";
        let passage = |text: &str| ("Otters".to_owned(), String::new(), text.to_owned());
        assert_eq!(
            check(source),
            [passage("Seen in May."), passage("For wardens\n\nPage 3")]
        );
    }

    #[test]
    fn a_page_within_rtf_is_a_page_again() {
        let source = r"\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 One &{\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0  two{\*\htmltag72 </p>}\htmlrtf\par}\htmlrtf0
{\*\htmltag64 <p class='x'>}\htmlrtf {\htmlrtf0 Three{\*\htmltag72 </p>}\htmlrtf\par}\htmlrtf0";
        assert_eq!(text(source), "One &< two\nThree");
    }

    #[test]
    fn what_is_no_rtf_or_nested_without_end_is_named() {
        let read = |bytes: &[u8]| read("a.rtf", bytes, &mut Notes::default());
        assert_eq!(read(b"Dear all"), Err(SkipReason::Broken("RTF".into())));
        let deep = [b"{\\rtf1 ", &b"{".repeat(100_000)[..]].concat();
        assert_eq!(read(&deep), Err(SkipReason::NestedTooDeep));
        let cut = read(b"{\\rtf1 One\\par Two {\\b three").expect("what there is");
        assert_eq!(cut[0].text, "One\n\nTwo three");
    }
}
