use mesh_index::{Passage, Record};

use super::id;
use crate::retrieval::pages::Page;

/// A record as a page for the baselines: what names it as the title, what stands above its text as headings.
pub(super) fn page(record: &Record) -> Page {
    let (title, headings, text) = match record.clone() {
        Record::Knowledge(passage) => (passage.title, passage.headings, passage.text),
        Record::Code(passage) => (passage.path, vec![passage.symbol], passage.text),
        Record::Commit(commit) => {
            let (subject, body) = commit.message.split_once('\n').unwrap_or_default();
            let subject = if subject.is_empty() {
                &commit.message
            } else {
                subject
            };
            (subject.to_owned(), Vec::new(), body.to_owned())
        }
        Record::Mail(mail) => (mail.subject, vec![mail.from], mail.text),
        Record::Ticket(ticket) => {
            let texts = std::iter::once(ticket.description).chain(ticket.comments);
            let text = texts.collect::<Vec<_>>().join("\n\n");
            (ticket.summary, ticket.labels, text)
        }
    };
    let passage = Passage {
        title,
        headings,
        text,
        ..Passage::default()
    };
    Page {
        name: id(record).to_owned(),
        passages: vec![passage],
    }
}
