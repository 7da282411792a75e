//! Files that no reader survives: they are named, and all others are read.

use std::fs;
use std::path::Path;

use crate::support::{Ran, run, text};

/// Runs over a folder of one kind of source, in which there are good files too.
fn indexed(kind: &str, folder: &Path) -> Ran {
    let corpus = tempfile::tempdir().expect("a folder");
    run(&["index", "--corpus", text(corpus.path()), kind, text(folder)])
}

/// Objects in their order, put into a PDF.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut offsets = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n", at + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    file
}

fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< {dictionary} /Length {} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// A page that paints a form, which paints itself.
fn form_that_names_itself() -> Vec<u8> {
    pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R \
          /Resources << /XObject << /F 5 0 R >> >> >>"
            .to_vec(),
        stream("", b"/F Do"),
        stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>",
            b"/F Do",
        ),
    ])
}

/// Multipart in multipart, `depth` times.
fn nested_mail(depth: usize) -> String {
    let mut mail = "Subject: deep\n".to_owned();
    for level in 0..depth {
        mail.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
        ));
    }
    mail.push_str("\nat the bottom\n");
    mail
}

#[test]
fn documents_that_end_their_reader_are_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..8 {
        let name = format!("{number}-form.pdf");
        fs::write(folder.path().join(name), form_that_names_itself()).expect("a file");
        let page = format!("# Page {number}\n\nSome text.\n");
        fs::write(folder.path().join(format!("{number}.md")), page).expect("a file");
    }
    let ran = indexed("--knowledge", folder.path());
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stdout.starts_with("knowledge: 8 files read"), "{ran:?}");
    assert!(ran.stdout.contains("skipped 8:"), "{ran:?}");
    let named = ran.stdout.matches("-form.pdf: nested too deep to read\n");
    assert_eq!(named.count(), 8, "{ran:?}");
}

#[test]
fn mail_nested_without_end_ends_no_run() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("deep.eml"), nested_mail(22_000)).expect("a file");
    fs::write(folder.path().join("good.eml"), "Subject: good\n\nText.\n").expect("a file");
    let ran = indexed("--mail", folder.path());
    // The reader bounds the depth; one that did not would be named.
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("; 2 passages"), "{ran:?}");
}
