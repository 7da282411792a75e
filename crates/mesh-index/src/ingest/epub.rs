//! EPUB: the chapters of a book in the order they are read, each a page.

use std::collections::HashMap;

use super::html;
use super::lines::clamp;
use super::notes::{Notes, Place};
use super::office::package::{Package, beside, broken};
use super::office::xml::{self, Node};
use super::skip::SkipReason;
use super::title;
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 4;

const KIND: &str = "EPUB";

/// The passages of a book; the number of the chapter stands for the line, the chapter's title is their first heading.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let mut package = Package::open(bytes, KIND)?;
    let main = main_part(&package.main("META-INF/container.xml")?)?;
    let book = Book::read(&package.main(&main)?)?;
    let title = package.title(&main)?;
    let title = match title.trim() {
        title if title::is_telling(title) => title,
        _ => title::of_path(path),
    };
    let mut passages = Vec::new();
    for (number, name) in (1..).zip(&book.chapters) {
        let place = Place::Nth("chapter".into(), number as u64);
        let Some(page) = package.bytes(&beside(&main, name))? else {
            notes.skip(place, broken(KIND));
            continue;
        };
        match html::passages(&format!("{path}/{name}"), &page) {
            Ok(chapter) => {
                if chapter.is_empty() && html::has_words(&page) {
                    notes.remark(place, "chapter gives no text", name);
                }
                let chapter = chapter.into_iter();
                passages.extend(chapter.map(|passage| within(passage, path, title, number)));
            }
            Err(reason) => notes.skip(place, reason),
        }
    }
    Ok(passages)
}

fn within(mut passage: Passage, path: &str, title: &str, number: usize) -> Passage {
    let chapter = std::mem::replace(&mut passage.title, title.to_owned());
    // A chapter without a title is called as its file is.
    let is_title = chapter != title && chapter != title::of_path(&passage.path);
    if is_title && passage.headings.first() != Some(&chapter) {
        passage.headings.insert(0, chapter);
    }
    // Chapters are pages that may use the same names.
    let place = passage.anchor.map(|anchor| format!("-{anchor}"));
    passage.anchor = Some(format!("chapter-{number}{}", place.unwrap_or_default()));
    path.clone_into(&mut passage.path);
    (passage.line_start, passage.line_end) = (clamp(number), clamp(number));
    passage
}

/// Which part lists the others.
fn main_part(container: &str) -> Result<String, SkipReason> {
    for node in xml::nodes(KIND, container) {
        if let Node::Start(tag) = node?
            && xml::name(&tag) == "rootfile"
            && let Some(path) = xml::value(&tag, "full-path")
        {
            return Ok(path.into_owned());
        }
    }
    Err(broken(KIND))
}

#[derive(Debug, Default)]
struct Book {
    /// As the list of parts names them.
    chapters: Vec<String>,
}

impl Book {
    fn read(text: &str) -> Result<Self, SkipReason> {
        let mut parts = HashMap::new();
        let mut order = Vec::new();
        for node in xml::nodes(KIND, text) {
            let Node::Start(tag) = node? else {
                continue;
            };
            let value = |name| xml::value(&tag, name).unwrap_or_default().into_owned();
            match xml::name(&tag) {
                // The contents say everything twice.
                "item" if value("properties").contains("nav") => {}
                "item" => {
                    parts.insert(value("id"), unescaped(&value("href")));
                }
                "itemref" => order.push(value("idref")),
                _ => {}
            }
        }
        let chapters = order.iter().filter_map(|id| parts.remove(id));
        Ok(Self {
            chapters: chapters.collect(),
        })
    }
}

/// `%20` and its like.
fn unescaped(href: &str) -> String {
    let mut bytes = Vec::with_capacity(href.len());
    let mut rest = href.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| u8::from_str_radix(str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::office::package::tests::package;

    const CONTAINER: (&str, &str) = (
        "META-INF/container.xml",
        "<container><rootfiles><rootfile full-path='OEBPS/book.opf'/></rootfiles></container>",
    );

    #[test]
    fn chapters_are_read_in_the_order_of_the_book() {
        let book = "<package><metadata><dc:title>The mill</dc:title></metadata><manifest>\
            <item id='b' href='text/two.xhtml'/><item id='a' href='text/one%20a.xhtml'/><item id='n' href='nav.xhtml' properties='nav'/></manifest>\
            <spine><itemref idref='n'/><itemref idref='a'/><itemref idref='b'/><itemref idref='lost'/></spine></package>";
        let bytes = package(&[
            CONTAINER,
            ("OEBPS/book.opf", book),
            ("OEBPS/nav.xhtml", "<p>Contents</p>"),
            (
                "OEBPS/text/two.xhtml",
                "<html><body><p>It turns.</p></body></html>",
            ),
            (
                "OEBPS/text/one a.xhtml",
                "<html><head><title>Wheel</title></head><body><h1>Wheel</h1><p>Oak.</p><h2 id='ax'>Axle</h2><p>Iron.</p></body></html>",
            ),
        ]);
        let passages = read("b/mill.epub", &bytes, &mut Notes::default()).expect("a book");
        let seen: Vec<_> = passages
            .iter()
            .map(|it| (&*it.title, it.headings.join("/"), &*it.text, it.line_start))
            .collect();
        assert_eq!(
            seen,
            [
                ("The mill", "Wheel".to_owned(), "Oak.", 1),
                ("The mill", "Wheel/Axle".to_owned(), "Iron.", 1),
                ("The mill", String::new(), "It turns.", 2),
            ]
        );
        let anchors: Vec<_> = passages.iter().map(|it| it.anchor.as_deref()).collect();
        assert_eq!(
            anchors,
            [Some("chapter-1"), Some("chapter-1-ax"), Some("chapter-2")]
        );
        assert!(passages.iter().all(|passage| passage.path == "b/mill.epub"));
        let mut ids: Vec<&str> = passages.iter().map(|passage| &*passage.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 3);
    }

    #[test]
    fn a_tag_that_closes_itself_costs_no_chapter_and_one_without_text_is_told() {
        let book = "<package><manifest><item id='a' href='a.xhtml'/><item id='b' href='b.xhtml'/><item id='c' href='c.xhtml'/></manifest>\
            <spine><itemref idref='a'/><itemref idref='b'/><itemref idref='c'/></spine></package>";
        let bytes = package(&[
            CONTAINER,
            ("OEBPS/book.opf", book),
            (
                "OEBPS/a.xhtml",
                "<html><head><title/><script src='x.js'/></head><body><p>It turns.</p></body></html>",
            ),
            (
                "OEBPS/b.xhtml",
                "<html><body><nav>Wheel 3</nav></body></html>",
            ),
            (
                "OEBPS/c.xhtml",
                "<html><body><img src='cover.jpg'/></body></html>",
            ),
        ]);
        let mut notes = Notes::default();
        let passages = read("mill.epub", &bytes, &mut notes).expect("a book");
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].text, "It turns.");
        assert_eq!(notes.groups.len(), 1);
        let told = &notes.groups[0].places;
        assert_eq!(
            *told,
            [(Place::Nth("chapter".into(), 2), "b.xhtml".to_owned())]
        );
    }

    #[test]
    fn a_chapter_that_is_missing_is_named_and_no_book_is_refused() {
        let book = "<package><manifest><item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>";
        let bytes = package(&[CONTAINER, ("OEBPS/book.opf", book)]);
        let mut notes = Notes::default();
        assert_eq!(read("a.epub", &bytes, &mut notes), Ok(vec![]));
        assert_eq!(notes.skipped(), 1);
        let other = package(&[("a.txt", "x")]);
        assert_eq!(read("a.epub", &other, &mut notes), Err(broken(KIND)));
    }
}
