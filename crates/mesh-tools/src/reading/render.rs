//! Records written out as a person would read them.

mod code;
mod commit;
mod document;
mod mail;
mod ticket;

use mesh_index::{Kind, Record};

use crate::reading::Rendered;

pub(super) use commit::title as commit_title;
pub(crate) use ticket::render as ticket;

/// What the records of one id are together; of those of several kinds, the first of `kind`, or else of any.
pub(super) fn of(records: &[Record], kind: Option<Kind>) -> Option<Rendered> {
    let wanted = match kind {
        Some(kind) => kind,
        None => records.iter().map(Record::kind).min()?,
    };
    let records = || records.iter().filter(|record| record.kind() == wanted);
    match records().next()? {
        Record::Knowledge(_) => document::render(records().filter_map(|record| match record {
            Record::Knowledge(passage) => Some(passage),
            _ => None,
        })),
        Record::Code(_) => code::render(records().filter_map(|record| match record {
            Record::Code(passage) => Some(passage),
            _ => None,
        })),
        Record::Ticket(ticket) => Some(ticket::render(ticket)),
        Record::Commit(commit) => Some(commit::render(commit)),
        Record::Mail(mail) => Some(mail::render(mail)),
    }
}

/// `- Name: value`, where there is a value.
fn fact(text: &mut String, name: &str, value: &str) {
    if !value.trim().is_empty() {
        text.push_str(&format!("- {name}: {}\n", value.trim()));
    }
}
