//! The rows of each table, made of the records of the corpus.

mod code;
mod commit;
mod knowledge;
mod mail;
mod ticket;

use std::collections::BTreeSet;

use mesh_clients::supabase::Table;
use mesh_core::hex;
use mesh_index::{Corpus, Kind, Record, SearchError};
use mesh_tools::reading::Written;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::embedding::MAX_TEXT_BYTES;

/// Where the things of a kind are kept in the database.
#[derive(Debug)]
pub(super) struct Mirror {
    pub(super) kind: Kind,
    pub(super) table: Table,
    /// The rows that are ours to keep, where others have rows in the same table: a column and its value.
    pub(super) only: Option<(&'static str, &'static str)>,
}

pub(super) const MIRRORS: [Mirror; 5] = [
    Mirror::new(
        Kind::Knowledge,
        "aoma_vectors",
        &["source_type", "source_id"],
    )
    .of(knowledge::TYPE),
    Mirror::new(Kind::Ticket, "jira_tickets", &["external_id"]),
    Mirror::new(
        Kind::Commit,
        "git_commits",
        &["repository_name", "commit_hash"],
    ),
    Mirror::new(Kind::Code, "code_files", &["repository_name", "file_path"]),
    Mirror::new(Kind::Mail, "emails", &["message_id"]),
];

impl Mirror {
    const fn new(kind: Kind, name: &'static str, key: &'static [&'static str]) -> Self {
        let table = Table { name, key };
        Self {
            kind,
            table,
            only: None,
        }
    }

    const fn of(self, source_type: &'static str) -> Self {
        Self {
            only: Some(("source_type", source_type)),
            ..self
        }
    }

    /// What tells a row from all others of the table.
    pub(super) fn key_of(&self, columns: &Map<String, Value>) -> String {
        let values = self.table.key.iter();
        let values = values.map(|&column| columns.get(column).and_then(Value::as_str));
        let values: Vec<_> = values.map(Option::unwrap_or_default).collect();
        values.join("\0")
    }
}

/// A row that lacks nothing but its vector.
#[derive(Debug)]
pub(super) struct Row {
    /// What its vector is made of; empty where there is nothing to find it by.
    pub(super) text: String,
    pub(super) columns: Map<String, Value>,
    /// Of all that is worth sending it for anew.
    pub(super) hash: String,
}

impl Row {
    /// `undated` are columns that differ from one run to the next although nothing has changed.
    fn new(text: &str, columns: Value, undated: Value) -> Self {
        let mut text = text.replace('\0', " ").trim().to_owned();
        text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
        let mut columns = object(columns);
        let mut hash = Sha256::new();
        hash.update(text.as_bytes());
        hash.update(b"\0");
        hash.update(Value::Object(columns.clone()).to_string().as_bytes());
        columns.extend(object(undated));
        Self {
            text,
            columns,
            hash: hex(&hash.finalize()),
        }
    }
}

/// With a sign in the place of each NUL, which PostgreSQL keeps in no text.
fn object(columns: Value) -> Map<String, Value> {
    match without_nul(columns) {
        Value::Object(columns) => columns,
        _ => Map::new(),
    }
}

fn without_nul(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => text.replace('\0', "\u{fffd}").into(),
        Value::Array(values) => values.into_iter().map(without_nul).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, without_nul(value)))
            .collect(),
        other => other,
    }
}

/// None for an empty text: a date that is not known.
fn known(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The rows of a kind as they are asked for, in no order; two of a kind may have one key.
pub(super) fn of<'a>(
    corpus: &'a Corpus,
    kind: Kind,
) -> Result<Box<dyn Iterator<Item = Result<Row, SearchError>> + 'a>, SearchError> {
    if kind == Kind::Code {
        let files = files(corpus)?.into_iter();
        return Ok(Box::new(
            files.filter_map(|id| code_row(corpus, &id).transpose()),
        ));
    }
    let records = corpus.records(kind)?;
    let rows = records.map(|record| match record? {
        Record::Knowledge(passage) => Ok(Some(knowledge::row(corpus, passage))),
        Record::Ticket(ticket) => Ok(ticket::row(corpus, ticket)),
        Record::Commit(commit) => commit::row(corpus, &commit).map(Some),
        Record::Mail(mail) => Ok(mail::row(corpus, mail)),
        Record::Code(_) => Ok(None),
    });
    Ok(Box::new(rows.filter_map(Result::transpose)))
}

/// The ids of all source files: the corpus has stretches of them.
fn files(corpus: &Corpus) -> Result<BTreeSet<String>, SearchError> {
    let mut files = BTreeSet::new();
    for record in corpus.records(Kind::Code)? {
        if let Record::Code(stretch) = record? {
            files.insert(stretch.file_id());
        }
    }
    Ok(files)
}

fn code_row(corpus: &Corpus, id: &str) -> Result<Option<Row>, SearchError> {
    let mut records = corpus.by_id(id)?;
    records.retain(|record| record.kind() == Kind::Code);
    let written = Written::of(&records, Kind::Code);
    Ok(written.and_then(|written| code::row(corpus, &records, &written)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_is_known_by_what_it_says_and_not_by_when_it_was_copied() {
        let row = |text: &str, title: &str, at: &str| {
            Row::new(text, json!({"title": title}), json!({"at": at})).hash
        };
        let usual = row("text", "title", "today");
        assert_eq!(usual.len(), 64);
        assert_eq!(usual, row("text", "title", "tomorrow"));
        assert_ne!(usual, row("text", "another", "today"));
        assert_ne!(usual, row("another", "title", "today"));
    }

    #[test]
    fn no_column_has_a_nul() {
        let row = Row::new(
            "a\0b",
            json!({"list": ["c\0d"], "map": {"e": "f\0"}}),
            json!({}),
        );
        assert_eq!(row.text, "a b");
        let columns = Value::Object(row.columns);
        assert_eq!(
            columns,
            json!({"list": ["c\u{fffd}d"], "map": {"e": "f\u{fffd}"}})
        );
    }

    #[test]
    fn a_text_is_cut_to_what_a_model_takes() {
        let row = Row::new(&"é".repeat(20_000), json!({}), json!({}));
        assert_eq!(row.text.len(), MAX_TEXT_BYTES);
    }
}
