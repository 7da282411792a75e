//! Laws that every reader keeps, whatever it is given.

use std::collections::HashSet;
use std::io::{Cursor, Write};

use mesh_index::Passage;
use mesh_index::ingest::{Notes, code, docx, html, mail, markdown, pdf, rst, text, tickets};
use proptest::prelude::*;
use zip::write::{SimpleFileOptions, ZipWriter};

/// 250 words, where each counts at least one for every 16 bytes, the blank lines between paragraphs apart.
const MAX_PASSAGE_BYTES: usize = 250 * 32;

const DOCUMENTS: [&str; 4] = [
    "---\ntitle: T\n---\n(l)=\n# One {r}`t <u>`\n\n:::{admonition} T\n:alt: x\n```{note} é\n{/* c\n*/}d\n```\n:::\n[](#n)\n\n- a\n  - b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```rs\nfn a() {}\n```\n\n<a id=\"x\"></a>\nTwo\n---\n[l]: http://x\n",
    "<!doctype html><title>T</title><div class=\"sect1\" id=\"A\"><h2>One</h2><dl><dt id=\"B\">t</dt><dd><table><tr><td>c</td></tr></table></dd></dl><div class=\"note\"><table><tr><td><img alt=\"é.\"></td><td>Note</table></div><div class=\"table\" id=\"f\"><p class=\"title\">F é</p><img alt=\"é\"></div><pre>\n x</pre></div><nav>n</nav>",
    "=====\nTitle\n=====\n\n.. setting:: One\n.. _label:\n\nOne\n---\n\n(é_, One_). [1]_\n\n.. note:: x\n   :a: b\n\n   y ``z`` :ref:`t <u>`\n\n.. comment\n",
    "From a@x Mon Jan  1 10:00:00 2024\nSubject: =?utf-8?q?a?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x\n--b--\n",
];

const CHANGELOGS: [&str; 2] = [
    "Kiln NEWS\n\n* Changes in 2.1 (2024-05-01)\n\n** Fixes\n\n  One.\n\n  Two\n  lines.\n",
    "kiln (2.1-3) unstable; urgency=low\n\n  * One\n    - inner\n  * Two\n\n -- A <a@x>  Mon, 01 Jan 2024 10:00:00 +0000\n",
];

const WORD_DOCUMENTS: [&str; 1] = [
    "<w:document><w:p><w:pPr><w:pStyle w:val='Heading1'/></w:pPr><w:r><w:t>A &amp; b</w:t></w:r></w:p><w:p><w:pPr><w:numPr><w:ilvl w:val='0'/></w:numPr></w:pPr><w:r><w:t>c</w:t><w:br/></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>d</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:document>",
];

const SOURCES: [&str; 3] = [
    "pub struct A;\nimpl<T> B<T> for A {\n    fn c(&self) -> impl Fn() {\n    }\n}\n",
    "class A(B):\n    def c(self):\n        pass\n",
    "static int\nf(int a)\n{\n}\nresource \"a\" \"b\" {\n",
];

const EXPORTS: [&str; 2] = [
    "Issue key,Summary,Labels,Labels,Created\nA-1,\"x\ny\",a,b,15/Jan/24 10:30 AM\n",
    "{\"issues\":[{\"key\":\"A-1\",\"fields\":{\"summary\":\"x\",\"description\":{\"type\":\"doc\",\"content\":[]}}}]}",
];

/// A valid input with a few bytes overwritten, dropped, or repeated.
fn mangled(inputs: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), any::<u8>(), 0usize..4);
    (
        prop::sample::select(inputs),
        prop::collection::vec(edit, 0..12),
    )
        .prop_map(|(input, edits)| {
            let mut bytes = input.as_bytes().to_vec();
            for (place, byte, how) in edits {
                let at = place.index(bytes.len());
                match how {
                    0 => bytes[at] = byte,
                    1 if bytes.len() > 1 => drop(bytes.remove(at)),
                    2 => bytes.insert(at, byte & 0x7f),
                    _ => bytes.extend_from_within(at..),
                }
            }
            bytes.truncate(20_000);
            bytes
        })
}

fn input(inputs: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        mangled(inputs),
        prop::collection::vec(any::<u8>(), 0..2000),
        "\\PC{0,400}".prop_map(String::into_bytes),
        "[#=\\-~.:`<>/a-z \n*|_\\[\\]]{0,600}".prop_map(String::into_bytes),
    ]
}

fn check_passages(passages: &[Passage]) -> Result<(), TestCaseError> {
    let ids: HashSet<&str> = passages.iter().map(|passage| passage.id.as_str()).collect();
    prop_assert_eq!(ids.len(), passages.len(), "ids are unique within a file");
    for passage in passages {
        prop_assert!(1 <= passage.line_start && passage.line_start <= passage.line_end);
        prop_assert!(!passage.text.trim().is_empty() && passage.text.len() <= MAX_PASSAGE_BYTES);
        prop_assert!(!passage.title.is_empty());
        prop_assert!(passage.anchor.as_deref() != Some(""));
    }
    Ok(())
}

/// Anchors are made from names in the text, so every one of them can be found again.
fn anchors_are_in(passages: &[Passage], bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    passages
        .iter()
        .filter_map(|passage| passage.anchor.as_deref())
        .all(|anchor| {
            text.contains(anchor)
                || text.contains('&')
                || text.contains('\0')
                || text.contains('\r')
        })
}

fn package(content: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file("word/document.xml", SimpleFileOptions::default())
        .expect("a new part");
    archive.write_all(content).expect("memory takes all");
    archive.finish().expect("memory takes all").into_inner()
}

proptest! {
    #[test]
    fn documents_become_lawful_passages(bytes in input(&DOCUMENTS)) {
        let path = "docs/input";
        for read in [markdown::read, rst::read, text::read, html::read] {
            check_passages(&read(path, &bytes, &mut Notes::default()).unwrap_or_default())?;
        }
        let passages = html::read(path, &bytes, &mut Notes::default()).unwrap_or_default();
        // What is in another encoding has anchors that are not in it as they are.
        prop_assert!(std::str::from_utf8(&bytes).is_err() || anchors_are_in(&passages, &bytes));
    }

    #[test]
    fn changelogs_become_lawful_passages(bytes in input(&CHANGELOGS)) {
        for read in [markdown::read, rst::read, text::read, html::read] {
            check_passages(&read("docs/CHANGES", &bytes, &mut Notes::default()).unwrap_or_default())?;
        }
    }

    #[test]
    fn word_documents_become_lawful_passages(content in input(&WORD_DOCUMENTS)) {
        let package = package(&content);
        let passages = docx::read("docs/a.docx", &package, &mut Notes::default());
        check_passages(&passages.unwrap_or_default())?;
    }

    #[test]
    fn source_becomes_lawful_passages(bytes in input(&SOURCES)) {
        for path in ["a.rs", "a.py", "a.c", "a.ts", "a.go", "a.java", "a.sql", "a.sh", "a.tf", "a.txt"] {
            let file = code::File { path, repository: "r", last_modified: "" };
            let passages = code::read(file, &bytes, &mut Notes::default()).unwrap_or_default();
            let ids: HashSet<&str> = passages.iter().map(|passage| passage.id.as_str()).collect();
            prop_assert_eq!(ids.len(), passages.len());
            for passage in &passages {
                prop_assert!(1 <= passage.line_start && passage.line_start <= passage.line_end);
                prop_assert!(passage.line_end <= passage.line_count);
                prop_assert!(passage.text.len() <= 8192);
            }
        }
    }

    #[test]
    fn mail_and_exports_are_survived(mails in input(&DOCUMENTS), exports in input(&EXPORTS)) {
        let mut count = 0;
        let _ = mail::read("m", &mails[..], &mut |mail| {
            assert!(!mail.id.is_empty() && mail.line >= 1);
            count += 1;
        }, &mut Notes::default());
        let _ = tickets::read("t", Cursor::new(&exports[..]), &mut |ticket| {
            assert!(!ticket.key.is_empty() && ticket.line >= 1);
            count += 1;
        }, &mut Notes::default());
        prop_assert!(count < 5000);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn broken_pdfs_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        let whole = [b"%PDF-1.4\n1 0 obj\n<< ".as_slice(), &bytes, b" >>\nendobj\ntrailer << /Root 1 0 R >>\n"].concat();
        check_passages(&pdf::read("a.pdf", &whole, &mut Notes::default()).unwrap_or_default())?;
    }
}
