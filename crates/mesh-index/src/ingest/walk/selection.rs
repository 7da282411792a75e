//! Which files of a folder are of the kind that is looked for, by their names and, where those do not tell, by their beginning.

use std::io::{self, Read as _};
use std::path::Path;

use super::extension;
use crate::ingest::document::{self, Named};
use crate::ingest::{mail, packed};
use crate::regular::{self, Links};

/// Enough to tell mail and text from other files.
const HEAD_BYTES: u64 = 1024;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    Knowledge,
    Code,
    Mail,
    Tickets,
}

impl Selection {
    pub(super) fn takes(self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match self {
            Self::Knowledge => match document::named(&name) {
                Named::Document => true,
                Named::Undecided => begins_as_text(path),
                Named::Other => false,
            },
            Self::Code => !NOT_SOURCE.contains(&&*extension(path)) && !is_generated(&name),
            Self::Mail => match &*inner_extension(&name) {
                "eml" | "emlx" | "mbox" | "mbx" => true,
                "" => is_maildir(path) || begins_as(path, mail::is_mail),
                // As archives of mailing lists are given away.
                "txt" => is_maildir(path) || begins_as(path, mail::is_mbox),
                _ => is_maildir(path),
            },
            Self::Tickets => match &*inner_extension(&name) {
                "csv" | "tsv" | "json" | "jsonl" | "ndjson" | "xml" | "html" | "htm" | "xlsx" => {
                    true
                }
                // Jira gives pages under these names.
                "doc" | "xls" => begins_as(path, |head| head.trim_ascii_start().starts_with(b"<")),
                _ => false,
            },
        }
    }
}

/// In lower case, of what is packed in the file; empty where there is none.
fn inner_extension(name: &str) -> String {
    extension(Path::new(document::uncompressed(name)))
}

/// Pictures, archives and programs: nobody expects them in a search of source.
const NOT_SOURCE: [&str; 44] = [
    "png", "jpg", "jpeg", "gif", "bmp", "ico", "icns", "webp", "avif", "tif", "tiff", "psd", "pdf",
    "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "tar", "jar", "war", "whl", "woff", "woff2",
    "ttf", "otf", "eot", "mp3", "mp4", "wav", "ogg", "webm", "mov", "so", "dll", "dylib", "a", "o",
    "exe", "class", "pyc", "map",
];

/// Written by tools, large, and never the answer to a question about source.
fn is_generated(name: &str) -> bool {
    let locks = [
        "Cargo.lock",
        "package-lock.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "poetry.lock",
        "uv.lock",
        "Gemfile.lock",
        "composer.lock",
        "go.sum",
        "flake.lock",
    ];
    locks.contains(&name) || name.ends_with(".min.js") || name.ends_with(".min.css")
}

/// A message of a Maildir: it has no extension and lies in `cur` or `new`.
fn is_maildir(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    folder.is_some_and(|folder| folder == "cur" || folder == "new")
}

/// By what is in the file, unpacked.
fn begins_as(path: &Path, is_so: impl Fn(&[u8]) -> bool) -> bool {
    let Ok(head) = head(path) else {
        return false;
    };
    if !packed::is_packed(&head) {
        return is_so(&head);
    }
    // The rest of the file is not there, so it ends with an error.
    let mut unpacked = Vec::new();
    let _ = packed::stream(&head[..])
        .take(HEAD_BYTES)
        .read_to_end(&mut unpacked);
    is_so(&unpacked)
}

/// What cannot be read is taken too, so that it is named.
fn begins_as_text(path: &Path) -> bool {
    head(path).map_or(true, |head| document::begins_as_text(&head))
}

/// The beginning of a regular file; of anything else there is none.
fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    match regular::open(path, Links::Followed) {
        Ok(file) => file.take(HEAD_BYTES).read_to_end(&mut head)?,
        Err(error) if regular::is_irregular(&error) => 0,
        Err(error) => return Err(error),
    };
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::packed::tests::packed;

    #[test]
    fn knowledge_is_known_by_its_extension_and_source_by_what_it_is_not() {
        let takes = |selection: Selection, path: &str| selection.takes(Path::new(path));
        assert!(takes(Selection::Knowledge, "a/README.MD"));
        assert!(!takes(Selection::Knowledge, "a/main.rs"));
        assert!(takes(Selection::Code, "Makefile"));
        assert!(!takes(Selection::Code, "Cargo.lock"));
        assert!(!takes(Selection::Code, "logo.png"));
        assert!(takes(Selection::Mail, "box/cur/1700000000.M1.host:2,S"));
        assert!(takes(Selection::Mail, "2024.mbox.gz"));
        assert!(takes(Selection::Tickets, "issues.CSV.gz"));
        assert!(!takes(Selection::Tickets, "issues.tar.gz"));
    }

    #[test]
    fn what_a_name_leaves_open_its_beginning_tells() {
        let folder = tempfile::tempdir().expect("a folder");
        let takes = |selection: Selection, name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).expect("a file");
            selection.takes(&path)
        };
        let mail = b"From a at b  Tue Jan  2 10:30:00 2024\nFrom: a at b\n\nHello\n";
        let letter = b"From here on: all is well.\n";
        let page = b"\n<html><table id=issuetable>";
        let binary = b"\xD0\xCF\x11\xE0";
        assert!(takes(Selection::Mail, "2024-January.txt", mail));
        assert!(takes(Selection::Mail, "2024-January.txt.gz", &packed(mail)));
        assert!(takes(Selection::Mail, "Inbox", mail));
        assert!(takes(Selection::Mail, "Inbox.gz", &packed(mail)));
        assert!(!takes(Selection::Mail, "letter.txt", letter));
        assert!(takes(Selection::Tickets, "jira.doc", page));
        assert!(!takes(Selection::Tickets, "letter.doc", binary));
    }
}
