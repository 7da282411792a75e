//! The archive and its parts. All that is unpacked of it is bounded, as one document is.

use std::borrow::Cow;
use std::io::Cursor;

use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::{self, Node};
use crate::ingest::packed::{MAX_UNPACKED, bounded};
use crate::ingest::{decode, skip::SkipReason};

pub(in crate::ingest) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// What people call such a file.
    kind: &'static str,
    unpacked: u64,
    /// The same of what the document can do without.
    unpacked_aside: u64,
}

impl<'a> Package<'a> {
    pub(in crate::ingest) fn open(bytes: &'a [u8], kind: &'static str) -> Result<Self, SkipReason> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken(kind))?;
        Ok(Self {
            archive,
            kind,
            unpacked: 0,
            unpacked_aside: 0,
        })
    }

    /// Of a part without which the document is read all the same, however large all such parts are together.
    pub(in crate::ingest) fn bytes_aside(&mut self, path: &str) -> Result<Vec<u8>, SkipReason> {
        if self.unpacked_aside > MAX_UNPACKED.0 {
            return Err(SkipReason::LargerThan(MAX_UNPACKED));
        }
        std::mem::swap(&mut self.unpacked, &mut self.unpacked_aside);
        let bytes = self.bytes(path);
        std::mem::swap(&mut self.unpacked, &mut self.unpacked_aside);
        bytes?.ok_or(broken(self.kind))
    }

    pub(in crate::ingest) fn bytes(&mut self, path: &str) -> Result<Option<Vec<u8>>, SkipReason> {
        let part = match self.archive.by_name(path) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(_) => return Err(broken(self.kind)),
        };
        let bytes = bounded(part, broken(self.kind))?;
        self.unpacked += bytes.len() as u64;
        if self.unpacked > MAX_UNPACKED.0 {
            return Err(SkipReason::LargerThan(MAX_UNPACKED));
        }
        Ok(Some(bytes))
    }

    /// The text of a part; `None` where there is none.
    pub(in crate::ingest) fn part(&mut self, path: &str) -> Result<Option<String>, SkipReason> {
        let Some(bytes) = self.bytes(path)? else {
            return Ok(None);
        };
        let text = decode::text(&bytes).map_err(|_| broken(self.kind))?;
        Ok(Some(text.into_owned()))
    }

    /// A part that no such document is without.
    pub(in crate::ingest) fn main(&mut self, path: &str) -> Result<String, SkipReason> {
        self.part(path)?.ok_or(broken(self.kind))
    }

    /// The title that a part names; empty where it names none.
    pub(in crate::ingest) fn title(&mut self, path: &str) -> Result<String, SkipReason> {
        let properties = self.part(path)?.unwrap_or_default();
        let mut title = String::new();
        let mut is_inside = false;
        for node in xml::nodes(self.kind, &properties) {
            match node? {
                Node::Start(tag) => is_inside = title.is_empty() && xml::name(&tag) == "title",
                Node::Text(text) if is_inside => title.push_str(&text),
                Node::Text(_) => {}
                Node::End(_) => is_inside = false,
            }
        }
        Ok(title)
    }
}

pub(in crate::ingest) fn broken(kind: &'static str) -> SkipReason {
    SkipReason::Broken(Cow::Borrowed(kind))
}

/// A path as it is named from another part; `..` leads up, and none leads out of the archive.
pub(in crate::ingest) fn beside(part: &str, name: &str) -> String {
    let mut folders: Vec<&str> = part.split('/').collect();
    folders.pop();
    if name.starts_with('/') {
        folders.clear();
    }
    for step in name.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                folders.pop();
            }
            step => folders.push(step),
        }
    }
    folders.join("/")
}

#[cfg(test)]
pub(in crate::ingest) mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    pub(in crate::ingest) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            archive
                .start_file(*name, SimpleFileOptions::default())
                .expect("a new part");
            archive.write_all(content.as_bytes()).expect("memory");
        }
        archive.finish().expect("memory").into_inner()
    }

    #[test]
    fn all_parts_together_are_bounded() {
        let half = "x".repeat(20 * 1024 * 1024);
        let bytes = package(&[("a", &half), ("b", &half)]);
        let mut package = Package::open(&bytes, "ODT").expect("an archive");
        assert_eq!(package.part("a").map(|part| part.is_some()), Ok(true));
        assert_eq!(package.part("b"), Err(SkipReason::LargerThan(MAX_UNPACKED)));
        assert_eq!(package.main("c"), Err(broken("ODT")));
    }

    #[test]
    fn what_a_document_can_do_without_costs_it_nothing() {
        let half = "x".repeat(20 * 1024 * 1024);
        let bytes = package(&[("a", &half), ("b", &half), ("c", "c")]);
        let mut package = Package::open(&bytes, "DOCX").expect("an archive");
        assert!(package.bytes_aside("a").is_ok());
        let too_much = Err(SkipReason::LargerThan(MAX_UNPACKED));
        assert_eq!(package.bytes_aside("b"), too_much);
        assert_eq!(package.bytes_aside("c"), too_much);
        assert_eq!(package.main("a").map(|part| part.len()), Ok(half.len()));
    }

    #[test]
    fn a_path_is_found_from_another_one() {
        assert_eq!(beside("a/b.opf", "text/c.xhtml"), "a/text/c.xhtml");
        assert_eq!(beside("a/b/c.xml", "../../../d.xml"), "d.xml");
        assert_eq!(beside("a/b.xml", "/c.xml"), "c.xml");
    }
}
