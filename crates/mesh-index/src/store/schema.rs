//! The fields of the index. Text fields exist once per kind, so that term statistics of tickets say nothing about manuals
//! and a search within one kind needs no filter.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder,
    TextFieldIndexing, TextOptions,
};

use crate::analysis::Style;
use crate::record::Kind;

/// The searchable text of one kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextFields {
    /// The title, the summary, the subject: what the whole thing is called.
    pub(crate) title: Field,
    /// What stands above the text: section headings, the symbol, labels.
    pub(crate) headings: Field,
    pub(crate) body: Field,
}

#[derive(Clone, Debug)]
pub(crate) struct Fields {
    /// `file` for a manifest entry, else the record's kind.
    pub(crate) entry: Field,
    pub(crate) source: Field,
    pub(crate) file: Field,
    /// The record or the manifest entry as JSON.
    pub(crate) stored: Field,
    /// The record's place within its file.
    pub(crate) position: Field,
    /// The document's id for a passage and a stretch of code, else the record's own, and where it stands in its file;
    /// lower case.
    pub(crate) id: Field,
    /// What the vector of its text is found by.
    pub(crate) meaning: Field,
    /// A ticket's key as written.
    pub(crate) key: Field,
    /// Of a commit and a message, the same for each copy of it.
    pub(crate) same: Field,
    /// Seconds since 1970.
    pub(crate) time: Field,
    // Filters: the whole value in lower case, one term per value.
    pub(crate) project: Field,
    pub(crate) status: Field,
    pub(crate) priority: Field,
    pub(crate) issue_type: Field,
    pub(crate) person: Field,
    pub(crate) recipient: Field,
    pub(crate) repository: Field,
    pub(crate) path: Field,
    /// A path that a commit gave to a file, a NUL and the one it had.
    pub(crate) renamed: Field,
    pub(crate) language: Field,
    pub(crate) extension: Field,
    pub(crate) subject: Field,
    /// `yes` or `no`.
    pub(crate) attached: Field,
    text: [TextFields; Kind::ALL.len()],
}

impl Fields {
    pub(crate) fn of(&self, kind: Kind) -> TextFields {
        self.text[kind as usize]
    }

    /// The schema and its fields: the only place that names them.
    pub(crate) fn define() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let counted = STRING | FAST;
        let fields = Self {
            entry: schema.add_text_field("entry", STRING),
            source: schema.add_text_field("source", STRING),
            file: schema.add_text_field("file", STRING),
            stored: schema.add_text_field("stored", STORED),
            position: schema.add_u64_field("position", FAST),
            id: schema.add_text_field("id", STRING),
            meaning: schema.add_u64_field("meaning", FAST),
            key: schema.add_text_field("key", FAST),
            same: schema.add_u64_field("same", FAST),
            time: schema.add_i64_field("time", INDEXED | FAST),
            project: schema.add_text_field("project", counted),
            status: schema.add_text_field("status", STRING),
            priority: schema.add_text_field("priority", STRING),
            issue_type: schema.add_text_field("issue_type", STRING),
            person: schema.add_text_field("person", STRING),
            recipient: schema.add_text_field("recipient", STRING),
            repository: schema.add_text_field("repository", STRING),
            path: schema.add_text_field("path", STRING),
            renamed: schema.add_text_field("renamed", STRING),
            language: schema.add_text_field("language", STRING),
            extension: schema.add_text_field("extension", STRING),
            subject: schema.add_text_field("subject", STRING),
            attached: schema.add_text_field("attached", STRING),
            text: Kind::ALL.map(|kind| text_fields(&mut schema, kind)),
        };
        (schema.build(), fields)
    }
}

fn text_fields(schema: &mut SchemaBuilder, kind: Kind) -> TextFields {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(Style::of(kind).tokenizer())
        .set_index_option(IndexRecordOption::WithFreqs);
    let options = TextOptions::default().set_indexing_options(indexing);
    let mut field = |part: &str| schema.add_text_field(&format!("{kind}_{part}"), options.clone());
    TextFields {
        title: field("title"),
        headings: field("headings"),
        body: field("body"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_text_fields() {
        let (schema, fields) = Fields::define();
        for kind in Kind::ALL {
            let name = schema.get_field_name(fields.of(kind).body);
            assert_eq!(name, format!("{kind}_body"));
        }
    }
}
