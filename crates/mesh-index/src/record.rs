//! What an ingester reads out of one source, and what the corpus stores: one type per kind of thing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of things a corpus holds. Each has its own record, its own filters and its own search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Knowledge,
    Ticket,
    Commit,
    Code,
    Mail,
}

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::Knowledge,
        Self::Ticket,
        Self::Commit,
        Self::Code,
        Self::Mail,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Knowledge => "knowledge",
            Self::Ticket => "ticket",
            Self::Commit => "commit",
            Self::Code => "code",
            Self::Mail => "mail",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing read from a source, ready to be searched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Record {
    Knowledge(Passage),
    Ticket(Ticket),
    Commit(Commit),
    Code(CodePassage),
    Mail(Mail),
}

impl Record {
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Knowledge(_) => Kind::Knowledge,
            Self::Ticket(_) => Kind::Ticket,
            Self::Commit(_) => Kind::Commit,
            Self::Code(_) => Kind::Code,
            Self::Mail(_) => Kind::Mail,
        }
    }
}

/// A passage of a document: one section, or a part of a long one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// Stable across runs: derived from the path, the anchor and the position under that anchor.
    pub id: String,
    /// As given to `index`, joined with the path below it, with `/` on every system.
    pub path: String,
    /// The heading's anchor where the format has one (HTML `id`, a Markdown slug), without `#`.
    pub anchor: Option<String>,
    /// 1-based, inclusive; the page number for a PDF.
    pub line_start: u32,
    pub line_end: u32,
    /// The document's title: its first heading or `<title>`, else its file name.
    pub title: String,
    /// Headings from the document's top to this passage, the title left out.
    pub headings: Vec<String>,
    /// Plain text, paragraphs separated by a blank line.
    pub text: String,
}

/// A ticket of an issue tracker, as exported.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub key: String,
    pub summary: String,
    pub description: String,
    pub status: String,
    pub priority: String,
    /// The project's key, upper case: the part of `key` before the dash where the export has none.
    pub project: String,
    pub issue_type: String,
    pub assignee: String,
    pub reporter: String,
    pub labels: Vec<String>,
    pub components: Vec<String>,
    /// RFC 3339, UTC; empty where the export has none.
    pub created: String,
    pub updated: String,
    pub comments: Vec<String>,
    /// Every other field that has a value, in the export's order.
    pub fields: Vec<TicketField>,
    /// The export it came from.
    pub path: String,
    /// 1-based line (CSV) or ordinal (JSON) within the export.
    pub line: u32,
}

/// A field of a ticket that has no place of its own, such as a custom field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketField {
    /// As people see it where the export tells, else the tracker's own name.
    pub name: String,
    pub value: String,
}

/// A commit of a git repository.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Commit {
    pub hash: String,
    pub message: String,
    pub author: String,
    pub email: String,
    /// RFC 3339 with the author's offset.
    pub date: String,
    pub repository: String,
    pub files_changed: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renames: Vec<Rename>,
    pub additions: u64,
    pub deletions: u64,
    /// What it changed against its first parent, as `git show` prints it, cut with a mark where it is long; empty where it
    /// was not read. Searches leave it out, [`crate::Corpus::by_id`] has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub patch: String,
}

/// A file that a commit gave another path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rename {
    pub from: String,
    pub to: String,
}

/// A stretch of a source file: an item where the language shows one, else a window of lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CodePassage {
    pub id: String,
    pub path: String,
    pub name: String,
    /// Lower case, without the dot.
    pub extension: String,
    /// `Rust`, `Python`, …; `Text` where unknown.
    pub language: String,
    pub repository: String,
    pub line_start: u32,
    pub line_end: u32,
    /// Lines of the whole file.
    pub line_count: u32,
    /// RFC 3339, UTC.
    pub last_modified: String,
    /// The item this stretch belongs to, e.g. `Deadline::remaining`; empty where there is none.
    pub symbol: String,
    pub text: String,
}

/// A message of a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    /// The Message-ID without angle brackets, else derived from path and position.
    pub id: String,
    pub subject: String,
    pub from: String,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    /// RFC 3339; empty where the message has none.
    pub date: String,
    /// `high`, `normal` or `low`, from X-Priority, Importance or Priority.
    pub priority: String,
    pub attachments: Vec<String>,
    pub text: String,
    pub path: String,
    /// 1-based line of the message's first header within the file.
    pub line: u32,
}

impl Mail {
    /// What only copies of a message have in common, wherever they lie. Some programs give all their messages one id; a
    /// list writes its name into the subject.
    pub(crate) fn sameness(&self) -> String {
        let told = if self.date.is_empty() {
            &self.subject
        } else {
            &self.date
        };
        format!("{}\0{told}", self.id)
    }

    /// Where it stands, as it is cited.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}
