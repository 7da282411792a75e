//! Where people open what was found, at the part that was asked for.

use mesh_index::{CodePassage, Corpus, Kind, Linked, Passage, Record, SearchError};

use crate::reading::place_of;
use crate::reading::rendered::lines;
use crate::tracker::browse_url;

/// None where no link to it is known. `site` is the tracker of tickets whose export has no link of its own.
pub(super) fn of(
    corpus: &Corpus,
    site: Option<&str>,
    records: &[Record],
    kind: Kind,
    from: Option<&str>,
) -> Result<Option<String>, SearchError> {
    let Some(record) = records.iter().find(|record| record.kind() == kind) else {
        return Ok(None);
    };
    Ok(match record {
        Record::Knowledge(first) => match from.and_then(|from| part(records, from)) {
            Some(passage) => corpus.link(Linked::Passage(passage)),
            None => corpus.link(Linked::Document(&first.path)),
        },
        Record::Code(first) => match from.and_then(lines) {
            Some((line_start, line_end)) => corpus.link(Linked::Stretch(&CodePassage {
                path: first.path.clone(),
                line_start,
                line_end,
                ..CodePassage::default()
            })),
            None => corpus.link(Linked::File(&first.path)),
        },
        Record::Ticket(ticket) => browse_url(corpus, site, ticket),
        Record::Commit(commit) => corpus.link_to_commit(commit)?,
        Record::Mail(mail) => corpus.link(Linked::Mail(mail)),
    })
}

/// The passage under that anchor, or on that line or page.
fn part<'a>(records: &'a [Record], from: &str) -> Option<&'a Passage> {
    let anchor = from.trim().trim_start_matches('#');
    let line = lines(anchor).map(|(first, _)| first);
    let passages = || {
        records.iter().filter_map(|record| match record {
            Record::Knowledge(passage) => Some(passage),
            _ => None,
        })
    };
    let there = |passage: &&Passage| {
        let holds = |line| (passage.line_start..=passage.line_end).contains(&line);
        passage.anchor.as_deref() == Some(anchor) || line.is_some_and(holds)
    };
    let is_it = |passage: &&Passage| place_of(passage) == anchor;
    passages().find(is_it).or_else(|| passages().find(there))
}
