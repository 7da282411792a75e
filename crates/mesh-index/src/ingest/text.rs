//! Plain text: paragraphs are what blank lines keep apart; the file's name is its title where its notation gives none.

mod marked;
mod releases;

use self::marked::Notation;
use super::lines::clamp;
use super::notes::Notes;
use super::outline::Outline;
use super::skip::SkipReason;
use super::{changelog, decode, document, rst};
use crate::record::Passage;

/// Counts up when the same bytes give other records: what an older version read is read again.
pub const VERSION: u32 = 5;

/// The passages of a text file.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let text = decode::text(bytes)?;
    if let Some(notation) = Notation::of(document::uncompressed(path)) {
        return Ok(marked::read(path, &text, notation));
    }
    if changelog::is_named_so(path) {
        return Ok(releases::read(path, &text));
    }
    if rst::is_likely(&text) {
        return rst::read(path, bytes, notes);
    }
    let mut outline = Outline::new(path);
    for (line, paragraph) in paragraphs(&text) {
        let last = line + paragraph.lines().count().saturating_sub(1);
        outline.block(paragraph, clamp(line), clamp(last));
    }
    Ok(outline.finish())
}

/// Runs of lines that are not blank, each with the 1-based number of its first line.
fn paragraphs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut lines = text.split_inclusive('\n').enumerate().peekable();
    let mut start = 0;
    std::iter::from_fn(move || {
        while let Some((_, blank)) = lines.next_if(|(_, line)| line.trim().is_empty()) {
            start += blank.len();
        }
        let (number, _) = lines.peek()?;
        let (number, first) = (*number, start);
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.trim().is_empty()) {
            start += line.len();
        }
        Some((number + 1, text[first..start].trim_end()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_restructured_text_has_its_sections() {
        let source =
            b"Databases\n=========\n\n.. _locks:\n\nLocks\n-----\n\nSee :setting:`TIMEOUT`.\n";
        let passages = read("docs/databases.txt", source, &mut Notes::default()).expect("ASCII");
        let [passage] = passages.as_slice() else {
            panic!("{passages:?}");
        };
        assert_eq!(passage.title, "Databases");
        assert_eq!(
            (&*passage.headings, &*passage.text),
            (&["Locks".to_owned()][..], "See TIMEOUT.")
        );
    }

    #[test]
    fn underlined_text_alone_is_no_notation() {
        let source = b"Minutes\n=======\n\nPresent: everybody\n";
        let passages = read("minutes.txt", source, &mut Notes::default()).expect("ASCII");
        assert_eq!(passages[0].title, "minutes.txt");
    }

    #[test]
    fn paragraphs_keep_their_lines() {
        let passages = read(
            "notes/list.txt",
            b"\n\none\r\ntwo\r\n\r\n  three\n",
            &mut Notes::default(),
        )
        .expect("ASCII");
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].title, "list.txt");
        assert_eq!(passages[0].text, "one\r\ntwo\n\n  three");
        assert_eq!((passages[0].line_start, passages[0].line_end), (3, 6));
        assert_eq!(passages[0].anchor, None);
    }
}
