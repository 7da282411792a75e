use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::analysis::Language;
use crate::record::Kind;
use crate::store::{Links, Losses, Roots, Source};

/// Counts up whenever a corpus written before can't be read any more: another schema, another analysis.
pub(crate) const FORMAT: u32 = 6;

/// What a commit says about the whole corpus; it travels in the commit's payload, so that reading it opens no segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) format: u32,
    pub(crate) language: Language,
    pub(crate) sources: Vec<Source>,
    #[serde(default)]
    pub(crate) roots: Roots,
    #[serde(default)]
    pub(crate) links: Links,
    #[serde(default)]
    pub(crate) losses: Losses,
    /// RFC 3339, UTC.
    pub(crate) indexed_at: String,
    pub(crate) kinds: BTreeMap<Kind, KindCount>,
}

/// How much there is of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCount {
    /// Documents and source files for knowledge and code; the things themselves for tickets, commits and mail.
    pub documents: u64,
    pub passages: u64,
}

impl KindCount {
    pub(crate) fn add(&mut self, kind: Kind, passages: u32) {
        self.passages += u64::from(passages);
        self.documents += match kind {
            Kind::Knowledge | Kind::Code => u64::from(passages > 0),
            Kind::Ticket | Kind::Commit | Kind::Mail => u64::from(passages),
        };
    }
}
