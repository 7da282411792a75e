//! The archive: which part is the document, and what lies beside it.

use std::io::Cursor;

use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::{self, Node};
use crate::ingest::packed::bounded;
use crate::ingest::{decode, skip::SkipReason};

const USUAL_MAIN_PART: &str = "word/document.xml";

pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    main: String,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, SkipReason> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SkipReason::BrokenDocx)?;
        let mut package = Self {
            archive,
            main: String::new(),
        };
        let relations = package.part("_rels/.rels")?;
        package.main = main_part(&relations.unwrap_or_default())?;
        Ok(package)
    }

    /// The document itself.
    pub(super) fn main(&mut self) -> Result<String, SkipReason> {
        let main = self.main.clone();
        self.part(&main)?.ok_or(SkipReason::BrokenDocx)
    }

    /// A part in the folder of the document; empty where there is none.
    pub(super) fn beside(&mut self, name: &str) -> Result<String, SkipReason> {
        let folder = self.main.rfind('/').map_or(0, |at| at + 1);
        let path = format!("{}{name}", &self.main[..folder]);
        Ok(self.part(&path)?.unwrap_or_default())
    }

    /// The title among the document's properties; empty where there is none.
    pub(super) fn title(&mut self) -> Result<String, SkipReason> {
        let properties = self.part("docProps/core.xml")?.unwrap_or_default();
        let mut title = String::new();
        let mut is_inside = false;
        for node in xml::nodes(&properties) {
            match node? {
                Node::Start(tag) => is_inside = xml::name(&tag) == "title",
                Node::Text(text) if is_inside => title.push_str(&text),
                Node::Text(_) => {}
                Node::End(_) => is_inside = false,
            }
        }
        Ok(title)
    }

    fn part(&mut self, path: &str) -> Result<Option<String>, SkipReason> {
        let part = match self.archive.by_name(path) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(_) => return Err(SkipReason::BrokenDocx),
        };
        let bytes = bounded(part, SkipReason::BrokenDocx)?;
        let text = decode::text(&bytes).map_err(|_| SkipReason::BrokenDocx)?;
        Ok(Some(text.into_owned()))
    }
}

/// Word calls it `word/document.xml`, its online edition `word/document2.xml`.
fn main_part(relations: &str) -> Result<String, SkipReason> {
    for node in xml::nodes(relations) {
        if let Node::Start(tag) = node?
            && xml::value(&tag, "Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
            && let Some(target) = xml::value(&tag, "Target")
        {
            return Ok(target.trim_start_matches('/').to_owned());
        }
    }
    Ok(USUAL_MAIN_PART.to_owned())
}
