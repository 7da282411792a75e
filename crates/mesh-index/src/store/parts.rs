//! Which words of a record are its title, which stand above the text, and which are the text.

use crate::record::{CodePassage, Commit, Mail, Passage, Record, Ticket};

/// A record's text by weight. Borrowed: both the index and the ranking read it, the ranking many times a query.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    pub(crate) title: &'a str,
    pub(crate) headings: Vec<&'a str>,
    pub(crate) body: Vec<&'a str>,
}

pub(crate) fn of_record(record: &Record) -> Parts<'_> {
    match record {
        Record::Knowledge(passage) => of_passage(passage),
        Record::Ticket(ticket) => of_ticket(ticket),
        Record::Commit(commit) => of_commit(commit),
        Record::Code(passage) => of_code(passage),
        Record::Mail(mail) => of_mail(mail),
    }
}

pub(crate) fn of_passage(passage: &Passage) -> Parts<'_> {
    Parts {
        title: &passage.title,
        headings: strings(&passage.headings),
        body: vec![&passage.text],
    }
}

pub(crate) fn of_ticket(ticket: &Ticket) -> Parts<'_> {
    let headings = strings(&ticket.labels)
        .into_iter()
        .chain(strings(&ticket.components))
        .chain([ticket.key.as_str()]);
    let fields = ticket.fields.iter();
    let fields = fields.flat_map(|field| [field.name.as_str(), field.value.as_str()]);
    // Without the names of these fields, which every ticket has: who looks for a report looks for few of them.
    let facts = [&ticket.issue_type, &ticket.assignee, &ticket.reporter];
    Parts {
        title: &ticket.summary,
        headings: headings.collect(),
        body: std::iter::once(ticket.description.as_str())
            .chain(strings(&ticket.comments))
            .chain(fields)
            .chain(facts.map(String::as_str))
            .collect(),
    }
}

/// A message's first line is its title; the files it touches are searched like text.
pub(crate) fn of_commit(commit: &Commit) -> Parts<'_> {
    let (subject, rest) = commit
        .message
        .split_once('\n')
        .unwrap_or((&commit.message, ""));
    Parts {
        title: subject.trim(),
        headings: Vec::new(),
        body: std::iter::once(rest.trim())
            .chain(strings(&commit.files_changed))
            .collect(),
    }
}

pub(crate) fn of_code(passage: &CodePassage) -> Parts<'_> {
    Parts {
        title: &passage.path,
        headings: vec![&passage.symbol],
        body: vec![&passage.text],
    }
}

pub(crate) fn of_mail(mail: &Mail) -> Parts<'_> {
    let people = std::iter::once(mail.from.as_str())
        .chain(strings(&mail.to))
        .chain(strings(&mail.attachments));
    Parts {
        title: &mail.subject,
        headings: people.collect(),
        body: vec![&mail.text],
    }
}

fn strings(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
