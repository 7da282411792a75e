use tantivy::schema::IndexRecordOption;
use tantivy::{TantivyError, Term};

use super::{Corpus, Snapshot};
use crate::record::{CodePassage, Commit, Mail, Passage, Ticket};
use crate::search::SearchError;
use crate::store::{Header, Link, Source, SourceKind};

/// Something that was read from a file, and that people may open elsewhere.
#[derive(Clone, Copy, Debug)]
pub enum Linked<'a> {
    /// A whole document, by the path of its passages.
    Document(&'a str),
    Passage(&'a Passage),
    /// A whole source file, by the path of its stretches.
    File(&'a str),
    Stretch(&'a CodePassage),
    Ticket(&'a Ticket),
    Mail(&'a Mail),
}

impl Corpus {
    /// Where people open it; none where no link was given to its source.
    #[must_use]
    pub fn link(&self, linked: Linked<'_>) -> Option<String> {
        let snapshot = self.snapshot();
        let Header { links, sources, .. } = &snapshot.header;
        let (kind, path) = linked.place();
        let (link, below) = links.of_path(sources, kind, path)?;
        Some(match linked {
            Linked::Document(_) | Linked::File(_) => link.to(below),
            Linked::Passage(passage) => link.to_part(below, part(passage).as_deref()),
            Linked::Stretch(stretch) => {
                let lines = lines(stretch.line_start, stretch.line_end);
                link.to_part(below, Some(&lines))
            }
            Linked::Ticket(ticket) => link.within("browse", &ticket.key),
            // Elsewhere its place here says nothing.
            Linked::Mail(mail) if mail.id == mail.place() => return None,
            Linked::Mail(mail) => link.to(&mail.id),
        })
    }

    /// As [`Self::link`]; which repository a commit is of is looked up.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn link_to_commit(&self, commit: &Commit) -> Result<Option<String>, SearchError> {
        let snapshot = self.snapshot();
        let link = of_commit(&snapshot, &commit.hash)?;
        Ok(link.map(|link| link.within("commit", &commit.hash)))
    }
}

impl<'a> Linked<'a> {
    const fn place(self) -> (SourceKind, &'a str) {
        match self {
            Self::Document(path) => (SourceKind::Knowledge, path),
            Self::Passage(passage) => (SourceKind::Knowledge, passage.path.as_str()),
            Self::File(path) => (SourceKind::Code, path),
            Self::Stretch(stretch) => (SourceKind::Code, stretch.path.as_str()),
            Self::Ticket(ticket) => (SourceKind::Tickets, ticket.path.as_str()),
            Self::Mail(mail) => (SourceKind::Mail, mail.path.as_str()),
        }
    }
}

/// The link of a repository that has the commit. The same commit may be in two clones.
fn of_commit<'a>(snapshot: &'a Snapshot, hash: &str) -> Result<Option<&'a Link>, TantivyError> {
    let header = &snapshot.header;
    let is_git = |source: &&Source| source.kind == SourceKind::Git;
    for source in header.sources.iter().filter(is_git) {
        let Some(link) = header.links.of(source) else {
            continue;
        };
        let term = Term::from_field_text(snapshot.fields.file, &source.file_term(hash));
        for segment in snapshot.searcher.segment_readers() {
            let index = segment.inverted_index(snapshot.fields.file)?;
            if index
                .read_postings(&term, IndexRecordOption::Basic)?
                .is_some()
            {
                return Ok(Some(link));
            }
        }
    }
    Ok(None)
}

/// The anchor where there is one, the page of a PDF, the lines of plain text: what browsers and forges go to.
fn part(passage: &Passage) -> Option<String> {
    if passage.anchor.is_some() {
        return passage.anchor.clone();
    }
    let name = passage.path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        // RFC 8118, section 3.
        "pdf" => Some(format!("page={}", passage.line_start)),
        "" | "txt" | "text" => Some(lines(passage.line_start, passage.line_end)),
        _ => None,
    }
}

fn lines(start: u32, end: u32) -> String {
    if start == end {
        format!("L{start}")
    } else {
        format!("L{start}-L{end}")
    }
}
