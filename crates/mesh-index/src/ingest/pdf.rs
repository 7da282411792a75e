//! PDF: the text of each page.
//!
//! The library is kept at arm's length, on a thread of its own: a panic costs the page, or the document where it comes
//! before any, and an endless loop is not waited for, though its thread goes on until the process ends. The stack is large,
//! but a document nested deeper than it still ends the process.

mod annotations;
mod headline;
mod text;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use pdf_extract::{Dictionary, Document, Object, ObjectId, decode_text_string, output_doc_page};

use super::notes::{Notes, Place};
use super::outline::Outline;
use super::skip::SkipReason;
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 2;

/// A page takes milliseconds; a document that is not done by then never will be.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Nested objects are read by recursion.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Longer texts are cut: no printed document has more, but a small file can unpack to it.
const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// What a PDF says.
#[derive(Debug, Default)]
struct Pages {
    title: String,
    headline: String,
    /// By page number less one.
    texts: Vec<String>,
    /// What people wrote on each of them.
    written: Vec<Vec<String>>,
    /// The numbers of pages that could not be read.
    failed: Vec<u32>,
    /// The numbers of pages that show pictures and say nothing.
    pictures: Vec<u32>,
}

/// The passages of a PDF, none across pages; the page number stands for the line.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let pages = pages(bytes.to_vec())?;
    let mut outline = Outline::new(path);
    outline.title(&pages.title);
    // The first of these that tells something counts.
    outline.title(&pages.headline);
    outline.title(headline::first_line(&pages.texts).unwrap_or_default());
    for (number, (text, written)) in (1..).zip(pages.texts.iter().zip(&pages.written)) {
        outline.place(format!("page={number}"));
        for block in paragraphs(text).iter().chain(written) {
            outline.block(block, number, number);
        }
    }
    for number in &pages.failed {
        let page = Place::Nth("page".into(), (*number).into());
        notes.skip(page, SkipReason::BrokenPdf);
    }
    // Reading them again would give no more: the file counts as read.
    for number in &pages.pictures {
        let page = Place::Nth("page".into(), (*number).into());
        notes.remark(page, "a picture without text", "");
    }
    let passages = outline.finish();
    if passages.is_empty() {
        let is_broken = !pages.failed.is_empty();
        return Err(if is_broken {
            SkipReason::BrokenPdf
        } else {
            SkipReason::PdfWithoutText
        });
    }
    Ok(passages)
}

fn pages(bytes: Vec<u8>) -> Result<Pages, SkipReason> {
    let (sender, result) = sync_channel(1);
    let spawned = thread::Builder::new()
        .name("pdf".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            // Nobody listens any more once the time is up.
            let _ = sender.send(extract(&bytes));
        });
    spawned.map_err(|error| SkipReason::from(&error))?;
    match result.recv_timeout(TIMEOUT) {
        Ok(pages) => pages,
        Err(RecvTimeoutError::Timeout) => Err(SkipReason::TakesTooLong),
        Err(RecvTimeoutError::Disconnected) => Err(SkipReason::BrokenPdf),
    }
}

fn extract(bytes: &[u8]) -> Result<Pages, SkipReason> {
    let mut document = Document::load_mem(bytes).map_err(|_| SkipReason::BrokenPdf)?;
    // Many documents are locked against printing only: their password is empty.
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(SkipReason::EncryptedPdf);
    }
    let mut pages = Pages {
        title: title(&document).unwrap_or_default(),
        ..Pages::default()
    };
    let mut left = MAX_TEXT_BYTES;
    let mut has_begun = false;
    for (number, id) in document.get_pages() {
        let mut text = page(&document, number).unwrap_or_else(|| {
            pages.failed.push(number);
            String::new()
        });
        text.truncate(text.floor_char_boundary(left));
        left -= text.len();
        let is_blank = text.trim().is_empty();
        if is_blank && !pages.failed.contains(&number) && shows_picture(&document, id) {
            pages.pictures.push(number);
        }
        if !has_begun && !is_blank {
            has_begun = true;
            pages.headline = headline::largest(&document, number).unwrap_or_default();
        }
        pages.texts.push(text);
        let written = annotations::of_page(&document, id, &mut left);
        pages.written.push(written);
    }
    Ok(pages)
}

/// The text of a page. One that the library fails on costs no other.
fn page(document: &Document, number: u32) -> Option<String> {
    let mut page = text::Page::default();
    let read = catch_unwind(AssertUnwindSafe(|| {
        output_doc_page(document, &mut page, number)
    }));
    matches!(read, Ok(Ok(()))).then(|| page.text.finish())
}

/// Whether a page draws something, and has a picture to draw, as a scanned one does.
fn shows_picture(document: &Document, page: ObjectId) -> bool {
    let draws = |content: Vec<u8>| content.windows(2).any(|word| word == b"Do");
    let has_picture = |resources: &Dictionary| {
        let objects = resources.get_deref(b"XObject", document);
        let objects = objects.and_then(Object::as_dict).into_iter().flatten();
        objects
            .filter_map(|(_, object)| document.dereference(object).ok()?.1.as_stream().ok())
            .any(|object| matches!(object.dict.get(b"Subtype"), Ok(Object::Name(name)) if name == b"Image"))
    };
    let resources = document.get_page_resources(page);
    let (own, others) = resources.unwrap_or_default();
    let others = others
        .iter()
        .filter_map(|id| document.get_dictionary(*id).ok());
    own.into_iter().chain(others).any(has_picture)
        && document.get_page_content(page).is_ok_and(draws)
}

fn title(document: &Document) -> Option<String> {
    let info = match document.trailer.get(b"Info").ok()? {
        Object::Reference(id) => document.get_dictionary(*id).ok()?,
        info => info.as_dict().ok()?,
    };
    decode_text_string(info.get(b"Title").ok()?).ok()
}

/// The hyphen of keyboards, the soft one and the typographic one.
const HYPHENS: [char; 3] = ['-', '\u{ad}', '\u{2010}'];

/// Lines of a page put together again; a word cut at the end of a line becomes whole.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim) {
        let last = paragraphs.len() - 1;
        let open = &mut paragraphs[last];
        if line.is_empty() {
            if !open.is_empty() {
                paragraphs.push(String::new());
            }
        } else if !open.ends_with(HYPHENS) {
            if !open.is_empty() {
                open.push(' ');
            }
            open.push_str(line);
        } else {
            if open.ends_with('\u{ad}') || line.starts_with(char::is_lowercase) {
                open.pop();
            }
            open.push_str(line);
        }
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One page for each text, as small as a PDF can be.
    fn document(pages: &[&str]) -> Vec<u8> {
        titled("The Plan", pages)
    }

    fn titled(title: &str, pages: &[&str]) -> Vec<u8> {
        paged("", title, pages)
    }

    /// `page` is what each of them has besides its text.
    fn paged(page: &str, title: &str, pages: &[&str]) -> Vec<u8> {
        let kids: Vec<String> = (0..pages.len())
            .map(|at| format!("{} 0 R", 4 + at * 2))
            .collect();
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!(
                "<< /Type /Pages /Kids [{}] /Count {} >>",
                kids.join(" "),
                pages.len()
            ),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
                .to_owned(),
        ];
        for (at, text) in pages.iter().enumerate() {
            let content = format!("BT /F1 12 Tf 72 720 Td ({text}) Tj ET");
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R {page} /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
                5 + at * 2
            ));
            objects.push(format!(
                "<< /Length {} >>\nstream\n{content}\nendstream",
                content.len()
            ));
        }
        objects.push(format!("<< /Title ({title}) >>"));
        assemble(&objects)
    }

    fn assemble(objects: &[String]) -> Vec<u8> {
        let mut file = "%PDF-1.4\n".to_owned();
        let mut offsets = Vec::new();
        for (at, object) in objects.iter().enumerate() {
            offsets.push(file.len());
            file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
        }
        let table = file.len();
        file.push_str(&format!(
            "xref\n0 {}\n0000000000 65535 f \n",
            objects.len() + 1
        ));
        for offset in offsets {
            file.push_str(&format!("{offset:010} 00000 n \n"));
        }
        let (size, info) = (objects.len() + 1, objects.len());
        file.push_str(&format!(
            "trailer\n<< /Size {size} /Root 1 0 R /Info {info} 0 R >>\nstartxref\n{table}\n%%EOF\n"
        ));
        file.into_bytes()
    }

    #[test]
    fn each_page_is_read_and_can_be_linked_to() {
        let passages = read(
            "plan.pdf",
            &document(&["Hello there", "Second page"]),
            &mut Notes::default(),
        )
        .expect("a PDF");
        let seen: Vec<_> = passages
            .iter()
            .map(|p| (p.anchor.as_deref(), p.line_start, p.text.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (Some("page=1"), 1, "Hello there"),
                (Some("page=2"), 2, "Second page")
            ]
        );
        assert_eq!(passages[0].title, "The Plan");
    }

    #[test]
    fn a_title_of_a_program_gives_way_to_the_first_line_or_the_name() {
        let title = |own: &str, first: &str| {
            let bytes = titled(own, &["", first]);
            read("docs/pump.pdf", &bytes, &mut Notes::default()).expect("a PDF")[0]
                .title
                .clone()
        };
        assert_eq!(
            title("Microsoft Word - p.doc", "Pump service"),
            "Pump service"
        );
        assert_eq!(title("untitled", "Wear gloves with it."), "pump.pdf");
        assert_eq!(title("cover.indd", "17"), "pump.pdf");
    }

    #[test]
    fn what_is_set_largest_is_the_title_of_a_document_without_one() {
        let page = "Manual 7) Tj /F1 24 Tf 0 -40 Td (Pump service) Tj /F1 12 Tf 0 -30 Td (Wear gloves with it, always and everywhere";
        let passages = read(
            "pump.pdf",
            &titled("untitled", &["", page]),
            &mut Notes::default(),
        )
        .expect("a PDF");
        assert_eq!(passages[0].title, "Pump service");
    }

    #[test]
    fn a_page_that_cannot_be_read_is_named() {
        let bytes = document(&["Hello there", "Second page"]);
        let mut text = String::from_utf8(bytes).expect("ASCII");
        let second = text.rfind("/MediaBox").expect("two pages");
        text.replace_range(second..second + "/MediaBox".len(), "/MediaBux");
        let mut notes = Notes::default();
        let passages = read("plan.pdf", text.as_bytes(), &mut notes).expect("a PDF");
        assert_eq!(passages.len(), 1);
        assert_eq!(notes.skipped(), 1);
        assert_eq!(notes.groups[0].places[0].0, Place::Nth("page".into(), 2));
    }

    /// Pages of which each draws one picture.
    fn scanned(text: &str) -> Vec<u8> {
        let page = |contents: u32| {
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> /XObject << /I 6 0 R >> >> /Contents {contents} 0 R >>"
            )
        };
        let stream = |head: &str, content: &str| {
            format!(
                "<< {head} /Length {} >>\nstream\n{content}\nendstream",
                content.len()
            )
        };
        assemble(&[
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [4 0 R 5 0 R] /Count 2 >>".to_owned(),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
                .to_owned(),
            page(7),
            page(8),
            stream(
                "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
                "x",
            ),
            stream("", &format!("BT /F1 12 Tf 72 720 Td ({text}) Tj ET")),
            stream("", "q 612 0 0 792 0 0 cm /I Do Q"),
            "<< >>".to_owned(),
        ])
    }

    #[test]
    fn a_page_that_is_a_picture_is_named_beside_one_with_text() {
        let mut notes = Notes::default();
        let passages = read("plan.pdf", &scanned("Hello there"), &mut notes).expect("a PDF");
        assert_eq!(passages.len(), 1);
        assert_eq!((notes.skipped(), notes.groups.len()), (0, 1));
        assert_eq!(notes.groups[0].places[0].0, Place::Nth("page".into(), 2));
        let blank = read("scan.pdf", &scanned(""), &mut Notes::default());
        assert_eq!(blank, Err(SkipReason::PdfWithoutText));
    }

    #[test]
    fn what_people_wrote_in_a_form_and_beside_the_text_is_read() {
        let annotations = [
            "<< /Subtype /Widget /FT /Tx /T (owner) /TU (Owner) /V (Ada) >>",
            "<< /Subtype /Widget /Parent << /FT /Ch /T (sites) /V [(Dee) (Esk)] >> >>",
            "<< /Subtype /Widget /FT /Btn /T (insured) /V /Yes /AS /Yes >>",
            "<< /Subtype /Widget /FT /Btn /T (lent) /AS /Off >>",
            "<< /Subtype /Widget /FT /Tx /T (pin) /Ff 8192 /V (1234) >>",
            "<< /Subtype /Widget /FT /Tx /T (internal) /F 2 /V (x) >>",
            "<< /Subtype /Text /Contents (Is this\\rtrue?) >>",
            "<< /Subtype /Link /Contents (elsewhere) >>",
        ];
        let page = format!("/Annots [{}]", annotations.concat());
        let bytes = paged(&page, "The Plan", &["Otters"]);
        let passages = read("a.pdf", &bytes, &mut Notes::default()).expect("a PDF");
        assert_eq!(
            passages[0].text,
            "Otters\n\nOwner: Ada\n\nsites: Dee, Esk\n\ninsured: Yes\n\nIs this true?"
        );
    }

    #[test]
    fn pages_without_words_and_broken_files_are_named() {
        assert_eq!(
            read("scan.pdf", &document(&["", ""]), &mut Notes::default()),
            Err(SkipReason::PdfWithoutText)
        );
        assert_eq!(
            read("x.pdf", b"%PDF-1.4 nonsense", &mut Notes::default()),
            Err(SkipReason::BrokenPdf)
        );
    }

    #[test]
    fn a_word_cut_at_the_end_of_a_line_becomes_whole() {
        assert_eq!(
            paragraphs("an exam-\nple of\ntext\n\nnext"),
            ["an example of text", "next"]
        );
        assert_eq!(
            paragraphs("an exam\u{ad}\nple, exam\u{2010}\nples and Anglo-\nSaxon"),
            ["an example, examples and Anglo-Saxon"]
        );
    }
}
