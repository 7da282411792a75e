use serde::de::DeserializeOwned;

use super::releases;
use crate::record::{CodePassage, Commit, Mail, Passage, Ticket};
use crate::store::parts::{Parts, of_code, of_commit, of_mail, of_passage, of_ticket};

/// What a search gives back: one type per kind of record.
pub(super) trait Item: DeserializeOwned {
    /// Whether it is a part of something larger, of which another part may say the same; two commits of the same words
    /// are still two commits.
    const IS_PASSAGE: bool;

    /// Its text by weight.
    fn parts(&self) -> Parts<'_>;

    /// The text a quote is taken from.
    fn text(&self) -> String;

    /// What several hits may belong to; of one document only the best few are shown.
    fn document(&self) -> &str;

    /// Stable across runs; decides between equal scores.
    fn id(&self) -> &str;

    /// What only copies of it have in common.
    fn sameness(&self) -> String {
        self.id().to_owned()
    }

    /// Whether it is of a document that tells what has changed and when.
    fn tells_of_releases(&self) -> bool {
        false
    }
}

impl Item for Passage {
    const IS_PASSAGE: bool = true;

    fn parts(&self) -> Parts<'_> {
        of_passage(self)
    }

    fn text(&self) -> String {
        self.text.clone()
    }

    fn document(&self) -> &str {
        &self.path
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn tells_of_releases(&self) -> bool {
        let first_heading = self.headings.first().map(String::as_str);
        releases::is_one(&self.path, &self.title, first_heading)
    }
}

impl Item for Ticket {
    const IS_PASSAGE: bool = false;

    fn parts(&self) -> Parts<'_> {
        of_ticket(self)
    }

    fn text(&self) -> String {
        let texts = [&self.summary, &self.description]
            .into_iter()
            .chain(&self.comments);
        let facts = [
            ("Type", &self.issue_type),
            ("Assignee", &self.assignee),
            ("Reporter", &self.reporter),
        ];
        let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
        let fields = self.fields.iter();
        let fields = fields.map(|field| (field.name.as_str(), &field.value));
        let fields: Vec<_> = fields
            .chain(facts)
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        paragraphs(texts.chain([&fields.join("\n")]))
    }

    fn document(&self) -> &str {
        &self.key
    }

    fn id(&self) -> &str {
        &self.key
    }
}

impl Item for Commit {
    const IS_PASSAGE: bool = false;

    fn parts(&self) -> Parts<'_> {
        of_commit(self)
    }

    fn text(&self) -> String {
        self.message.clone()
    }

    fn document(&self) -> &str {
        &self.hash
    }

    fn id(&self) -> &str {
        &self.hash
    }
}

impl Item for CodePassage {
    const IS_PASSAGE: bool = true;

    fn parts(&self) -> Parts<'_> {
        of_code(self)
    }

    fn text(&self) -> String {
        self.text.clone()
    }

    fn document(&self) -> &str {
        &self.path
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Item for Mail {
    const IS_PASSAGE: bool = false;

    fn parts(&self) -> Parts<'_> {
        of_mail(self)
    }

    fn text(&self) -> String {
        paragraphs([&self.subject, &self.text])
    }

    fn sameness(&self) -> String {
        Self::sameness(self)
    }

    fn document(&self) -> &str {
        &self.id
    }

    fn id(&self) -> &str {
        &self.id
    }
}

fn paragraphs<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    let texts: Vec<&str> = texts
        .into_iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    texts.join("\n\n")
}
