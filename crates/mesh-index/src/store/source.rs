use std::fmt;

use serde::{Deserialize, Serialize};

use crate::record::Kind;

/// What a source is read as; each kind gives one kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    Knowledge,
    Code,
    Git,
    Mail,
    Tickets,
}

impl SourceKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Knowledge => "knowledge",
            Self::Code => "code",
            Self::Git => "git",
            Self::Mail => "mail",
            Self::Tickets => "tickets",
        }
    }

    /// The kind of record such a source holds.
    #[must_use]
    pub const fn records(self) -> Kind {
        match self {
            Self::Knowledge => Kind::Knowledge,
            Self::Code => Kind::Code,
            Self::Git => Kind::Commit,
            Self::Mail => Kind::Mail,
            Self::Tickets => Kind::Ticket,
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A folder, repository or file given to `index`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    pub kind: SourceKind,
    pub path: String,
}

impl Source {
    /// The term that all entries of this source share.
    pub(crate) fn term(&self) -> String {
        format!("{}\u{0}{}", self.kind, self.path)
    }

    /// The term that all entries of one file share.
    pub(crate) fn file_term(&self, path: &str) -> String {
        format!("{}\u{0}{}\u{0}{path}", self.kind, self.path)
    }
}

/// What the last run knew about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileState {
    /// Whatever the ingester compares to see whether a file has changed.
    pub fingerprint: String,
    pub passages: u32,
}
