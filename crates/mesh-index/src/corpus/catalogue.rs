use std::collections::BTreeSet;

use tantivy::TantivyError;

use super::DocumentInfo;
use super::shown::Shown;
use crate::record::Kind;
use crate::store::{Fields, read_entries};

/// What can be listed, in the order of the lists.
#[derive(Debug)]
pub(crate) struct Catalogue {
    /// By path.
    pub(super) documents: Vec<DocumentInfo>,
    /// By project and number.
    pub(super) tickets: Vec<String>,
}

impl Catalogue {
    pub(super) fn read(searcher: &Shown, fields: &Fields) -> Result<Self, TantivyError> {
        Ok(Self {
            documents: read_documents(searcher, fields)?,
            tickets: read_tickets(searcher)?,
        })
    }
}

fn read_documents(searcher: &Shown, fields: &Fields) -> Result<Vec<DocumentInfo>, TantivyError> {
    let entries = read_entries(searcher, fields)?;
    let knowledge = entries
        .into_iter()
        .filter(|entry| entry.source.kind.records() == Kind::Knowledge && entry.state.passages > 0);
    let mut documents: Vec<_> = knowledge
        .map(|entry| DocumentInfo {
            id: entry.id,
            path: entry.document_path,
            title: entry.title,
            passages: entry.state.passages,
        })
        .collect();
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    documents.dedup_by(|a, b| a.id == b.id);
    Ok(documents)
}

fn read_tickets(searcher: &Shown) -> Result<Vec<String>, TantivyError> {
    let superseded = searcher.superseded()?;
    let mut keys = BTreeSet::new();
    for segment in searcher.segment_readers() {
        let Some(column) = segment.fast_fields().str("key")? else {
            continue;
        };
        let mut key = String::new();
        let is_shown = |doc: &u32| !superseded.contains(segment, *doc);
        for doc in segment.doc_ids_alive().filter(is_shown) {
            if let Some(ord) = column.term_ords(doc).next() {
                key.clear();
                column.ord_to_str(ord, &mut key)?;
                keys.insert(ticket_order(&key));
            }
        }
    }
    Ok(keys.into_iter().map(|(_, _, key)| key).collect())
}

/// `AOMA-9` before `AOMA-10`.
pub(super) fn ticket_order(key: &str) -> (String, u64, String) {
    let (project, number) = key.rsplit_once('-').unwrap_or((key, ""));
    let number = number.parse().unwrap_or(0);
    (project.to_lowercase(), number, key.to_owned())
}
