//! What one record, and one file, looks like in the index.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tantivy::TantivyDocument;
use tantivy::schema::Field;

use crate::record::{CodePassage, Commit, Mail, Passage, Record, Ticket};
use crate::store::date::seconds;
use crate::store::{Fields, FileState, Source, document_id};
use crate::vectors::key;

/// What marks a manifest entry among the records.
pub(crate) const FILE: &str = "file";

/// What marks a commit's patch, which stands beside its record: nobody searches it, and reading it with every candidate of a
/// search would take long.
const PATCH: &str = "patch";

/// tantivy leaves out longer terms without a word; the filters compare what is left.
const MAX_FILTER_VALUE: usize = 1_000;

/// A file as the manifest knows it; for knowledge it is also the document's line in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ManifestEntry {
    pub(crate) source: Source,
    pub(crate) path: String,
    pub(crate) state: FileState,
    /// Empty where the file holds no knowledge.
    pub(crate) id: String,
    pub(crate) document_path: String,
    pub(crate) title: String,
}

impl ManifestEntry {
    pub(crate) fn of(source: &Source, path: &str, fingerprint: &str, records: &[Record]) -> Self {
        let first = records.iter().find_map(|record| match record {
            Record::Knowledge(passage) => Some(passage),
            _ => None,
        });
        Self {
            source: source.clone(),
            path: path.to_owned(),
            state: FileState {
                fingerprint: fingerprint.to_owned(),
                passages: u32::try_from(records.len()).unwrap_or(u32::MAX),
            },
            id: first
                .map(|passage| document_id(&passage.path))
                .unwrap_or_default(),
            document_path: first
                .map(|passage| passage.path.clone())
                .unwrap_or_default(),
            title: first
                .map(|passage| passage.title.clone())
                .unwrap_or_default(),
        }
    }

    pub(crate) fn to_document(&self, fields: &Fields) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(fields.entry, FILE);
        document.add_text(fields.source, self.source.term());
        document.add_text(fields.file, self.source.file_term(&self.path));
        document.add_text(fields.stored, to_json(self));
        document
    }
}

/// Where a record comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) source: &'a Source,
    pub(crate) path: &'a str,
    pub(crate) position: usize,
    /// The id of the document it is a passage of.
    pub(crate) document: &'a str,
}

pub(crate) fn record_document(
    fields: &Fields,
    record: &Record,
    origin: Origin<'_>,
) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.entry, record.kind().as_str());
    document.add_text(fields.source, origin.source.term());
    document.add_text(fields.file, origin.source.file_term(origin.path));
    document.add_text(fields.stored, stored(record));
    document.add_u64(fields.position, origin.position as u64);
    let mut entry = Entry { document, fields };
    match record {
        Record::Knowledge(passage) => entry.add_passage(passage, origin.document),
        Record::Ticket(ticket) => entry.add_ticket(ticket),
        Record::Commit(commit) => entry.add_commit(commit),
        Record::Code(passage) => entry.add_code(passage),
        Record::Mail(mail) => entry.add_mail(mail),
    }
    let text = fields.of(record.kind());
    let parts = crate::store::parts::of_record(record);
    entry.document.add_u64(fields.meaning, key(&parts));
    entry.document.add_text(text.title, parts.title);
    for heading in parts.headings {
        entry.document.add_text(text.headings, heading);
    }
    for body in parts.body {
        entry.document.add_text(text.body, body);
    }
    entry.document
}

/// The record without what has a document of its own.
fn stored(record: &Record) -> String {
    match record {
        Record::Commit(commit) if !commit.patch.is_empty() => to_json(&Record::Commit(Commit {
            patch: String::new(),
            ..commit.clone()
        })),
        _ => to_json(record),
    }
}

/// The document of a commit's patch, where it has one.
pub(crate) fn patch_document(
    fields: &Fields,
    record: &Record,
    origin: Origin<'_>,
) -> Option<TantivyDocument> {
    let Record::Commit(commit) = record else {
        return None;
    };
    if commit.patch.is_empty() {
        return None;
    }
    let mut document = TantivyDocument::default();
    document.add_text(fields.entry, PATCH);
    document.add_text(fields.source, origin.source.term());
    document.add_text(fields.file, origin.source.file_term(origin.path));
    document.add_text(fields.id, patch_id(&commit.hash));
    document.add_text(fields.stored, to_json(&commit.patch));
    Some(document)
}

/// The id under which a commit's patch is kept.
pub(crate) fn patch_id(hash: &str) -> String {
    filter_value(&format!("{PATCH} {hash}"))
}

struct Entry<'a> {
    document: TantivyDocument,
    fields: &'a Fields,
}

impl Entry<'_> {
    fn add_passage(&mut self, passage: &Passage, document: &str) {
        self.value(self.fields.id, document);
        self.value(self.fields.path, &passage.path);
    }

    fn add_ticket(&mut self, ticket: &Ticket) {
        self.value(self.fields.id, &ticket.key);
        self.place(&ticket.path, ticket.line);
        self.document.add_text(self.fields.key, &ticket.key);
        self.value(self.fields.project, &ticket.project);
        self.value(self.fields.status, &ticket.status);
        self.value(self.fields.priority, &ticket.priority);
        self.value(self.fields.issue_type, &ticket.issue_type);
        self.value(self.fields.person, &ticket.assignee);
        let changed = [&ticket.updated, &ticket.created];
        self.time(changed.into_iter().find_map(|date| seconds(date)));
    }

    fn add_commit(&mut self, commit: &Commit) {
        self.value(self.fields.id, &commit.hash);
        self.same(&commit.hash);
        self.value(self.fields.person, &commit.author);
        self.value(self.fields.person, &commit.email);
        self.value(self.fields.repository, &commit.repository);
        for path in &commit.files_changed {
            self.value(self.fields.path, path);
        }
        for rename in &commit.renames {
            let (to, from) = (filter_value(&rename.to), filter_value(&rename.from));
            self.document
                .add_text(self.fields.renamed, format!("{to}\0{from}"));
            self.document.add_text(self.fields.path, from);
        }
        self.time(seconds(&commit.date));
    }

    fn add_code(&mut self, passage: &CodePassage) {
        self.value(self.fields.id, &document_id(&passage.path));
        self.value(self.fields.repository, &passage.repository);
        self.value(self.fields.path, &passage.path);
        self.value(self.fields.language, &passage.language);
        self.value(self.fields.extension, &passage.extension);
        self.time(seconds(&passage.last_modified));
    }

    fn add_mail(&mut self, mail: &Mail) {
        self.value(self.fields.id, &mail.id);
        self.same(&mail.sameness());
        self.place(&mail.path, mail.line);
        self.value(self.fields.person, &mail.from);
        for recipient in mail.to.iter().chain(&mail.cc) {
            self.value(self.fields.recipient, recipient);
        }
        self.value(self.fields.subject, &mail.subject);
        self.value(self.fields.priority, &mail.priority);
        let attached = if mail.attachments.is_empty() {
            "no"
        } else {
            "yes"
        };
        self.value(self.fields.attached, attached);
        self.time(seconds(&mail.date));
    }

    /// Where it stands in its file, as it is cited.
    fn place(&mut self, path: &str, line: u32) {
        self.value(self.fields.id, &format!("{path}:{line}"));
    }

    /// A number: what a filter lets through is counted by it, however much that is.
    fn same(&mut self, id: &str) {
        let [same, ..] = *Sha256::digest(id).as_chunks::<8>().0 else {
            unreachable!("a digest has 32 bytes");
        };
        let same = u64::from_le_bytes(same);
        self.document.add_u64(self.fields.same, same);
    }

    fn value(&mut self, field: Field, value: &str) {
        self.document.add_text(field, filter_value(value));
    }

    fn time(&mut self, seconds: Option<i64>) {
        if let Some(seconds) = seconds {
            self.document.add_i64(self.fields.time, seconds);
        }
    }
}

/// The form in which filters compare values.
pub(crate) fn filter_value(value: &str) -> String {
    let lower = value.trim().to_lowercase();
    let end = lower.floor_char_boundary(MAX_FILTER_VALUE);
    lower[..end].to_owned()
}

fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("records have string keys and finite numbers only")
}
