//! Which part is the document, and what lies beside it.

use std::borrow::Cow;
use std::collections::HashMap;

use super::KIND;
use crate::ingest::notes::{Notes, Place};
use crate::ingest::office::package::{self, beside};
use crate::ingest::office::xml::{self, Node};
use crate::ingest::office::{drawn, relations};
use crate::ingest::skip::SkipReason;
use crate::ingest::{decode, mail};

const USUAL_MAIN_PART: &str = "word/document.xml";

pub(super) struct Package<'a> {
    parts: package::Package<'a>,
    main: String,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, SkipReason> {
        let mut parts = package::Package::open(bytes, KIND)?;
        let relations = parts.part("_rels/.rels")?;
        let main = main_part(&relations.unwrap_or_default())?;
        Ok(Self { parts, main })
    }

    /// The document itself.
    pub(super) fn main(&mut self) -> Result<String, SkipReason> {
        self.parts.main(&self.main)
    }

    /// A part in the folder of the document; empty where there is none.
    pub(super) fn beside(&mut self, name: &str) -> Result<String, SkipReason> {
        let part = self.parts.part(&beside(&self.main, name))?;
        Ok(part.unwrap_or_default())
    }

    /// Where the links of the document lead.
    pub(super) fn links(&mut self) -> Result<HashMap<String, String>, SkipReason> {
        relations::links(&mut self.parts, KIND, &self.main)
    }

    /// What diagrams and charts say.
    pub(super) fn drawn(&mut self, notes: &mut Notes) -> Result<Vec<String>, SkipReason> {
        let types = ["diagramData", "chart"];
        drawn::texts(&mut self.parts, KIND, &self.main, &types, notes)
    }

    /// The pages that are inserted as they are, by the ids that the document names them with.
    pub(super) fn chunks(
        &mut self,
        notes: &mut Notes,
    ) -> Result<HashMap<String, String>, SkipReason> {
        let inserted = relations::of_type(&mut self.parts, KIND, &self.main, "aFChunk")?;
        let mut chunks = relations::of(&mut self.parts, KIND, &self.main)?;
        chunks.retain(|_, path| inserted.contains(path));
        let mut pages = HashMap::new();
        for (id, path) in chunks {
            match self.page(&path) {
                Some(page) => drop(pages.insert(id, page)),
                None => notes.remark(Place::File, "an inserted document not read", &path),
            }
        }
        Ok(pages)
    }

    /// An inserted page as HTML; none where it is something else, or cannot be read.
    fn page(&mut self, path: &str) -> Option<String> {
        let read: fn(&[u8]) -> Option<String> = match path.rsplit('.').next()? {
            "html" | "htm" | "xhtml" => |bytes| decode::html(bytes).ok().map(Cow::into_owned),
            "mht" | "mhtml" => mail::page,
            _ => return None,
        };
        read(&self.parts.bytes_aside(path).ok()?)
    }

    pub(super) fn headers_and_footers(&mut self) -> Result<Vec<String>, SkipReason> {
        let mut parts = Vec::new();
        for kind in ["header", "footer"] {
            for path in relations::of_type(&mut self.parts, KIND, &self.main, kind)? {
                parts.extend(self.parts.part(&path)?);
            }
        }
        Ok(parts)
    }

    /// The title among the document's properties; empty where there is none.
    pub(super) fn title(&mut self) -> Result<String, SkipReason> {
        self.parts.title("docProps/core.xml")
    }
}

/// Word calls it `word/document.xml`, its online edition `word/document2.xml`.
fn main_part(relations: &str) -> Result<String, SkipReason> {
    for node in xml::nodes(KIND, relations) {
        if let Node::Start(tag) = node?
            && xml::value(&tag, "Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
            && let Some(target) = xml::value(&tag, "Target")
        {
            return Ok(target.trim_start_matches('/').to_owned());
        }
    }
    Ok(USUAL_MAIN_PART.to_owned())
}
