use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tantivy::TantivyError;
use tantivy::collector::DocSetCollector;

use super::catalogue::ticket_order;
use super::cursor::{decode, encode};
use super::{Corpus, Page, Snapshot};
use crate::record::{Kind, Record, Ticket};
use crate::search::{Clauses, SearchError, TicketFilter};

const LIST: char = 't';

/// How many tickets there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketCount {
    pub total: u64,
    /// Most first, then by name.
    pub by_project: Vec<ProjectCount>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectCount {
    pub project: String,
    pub count: u64,
}

/// What an argument could be completed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// As many as were asked for.
    pub values: Vec<String>,
    /// How many there are beyond the limit, these included.
    pub total: usize,
}

impl Corpus {
    /// The tickets by project and number, `limit` at a time.
    ///
    /// # Errors
    /// Where the cursor was not handed out here, or the corpus is damaged.
    pub fn tickets(&self, cursor: Option<&str>, limit: usize) -> Result<Page<Ticket>, SearchError> {
        let snapshot = self.snapshot();
        let all = &snapshot.catalogue()?.tickets;
        let after = cursor.map(|cursor| decode(LIST, cursor)).transpose()?;
        let start = after.map_or(0, |after| {
            let after = ticket_order(&after);
            all.partition_point(|key| ticket_order(key) <= after)
        });
        let keys = &all[start..all.len().min(start.saturating_add(limit))];
        let mut items = Vec::with_capacity(keys.len());
        for key in keys {
            items.extend(find(&snapshot, key)?);
        }
        let is_last = start + keys.len() >= all.len();
        let next = keys
            .last()
            .filter(|_| !is_last)
            .map(|key| encode(LIST, key));
        Ok(Page { items, next })
    }

    /// The ticket of that key, in any case. Of several exports that hold it, the one that changed it last counts.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn ticket(&self, key: &str) -> Result<Option<Ticket>, SearchError> {
        Ok(find(&self.snapshot(), key)?)
    }

    /// # Errors
    /// Where a filter cannot be used, or the corpus is damaged.
    pub fn count_tickets(&self, filter: &TicketFilter) -> Result<TicketCount, SearchError> {
        let snapshot = self.snapshot();
        let clauses = Clauses::tickets(&snapshot.fields, filter)?;
        let counts = count_projects(&snapshot, clauses)?;
        let mut by_project: Vec<_> = counts
            .into_iter()
            .map(|(project, count)| ProjectCount { project, count })
            .collect();
        by_project.sort_by(|a, b| {
            b.count
                .cmp(&a.count)
                .then_with(|| a.project.cmp(&b.project))
        });
        Ok(TicketCount {
            total: by_project.iter().map(|project| project.count).sum(),
            by_project,
        })
    }

    /// Ticket keys that begin with `prefix`, then those that hold it elsewhere.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn complete_tickets(&self, prefix: &str, limit: usize) -> Result<Completion, SearchError> {
        let snapshot = self.snapshot();
        let tickets = &snapshot.catalogue()?.tickets;
        Ok(complete(tickets.iter().map(String::as_str), prefix, limit))
    }
}

fn find(snapshot: &Snapshot, key: &str) -> Result<Option<Ticket>, TantivyError> {
    let records = snapshot.records(snapshot.fields.id, key.trim())?;
    Ok(records.into_iter().find_map(|record| match record {
        Record::Ticket(ticket) => Some(ticket),
        _ => None,
    }))
}

fn count_projects(
    snapshot: &Snapshot,
    clauses: Clauses<'_>,
) -> Result<BTreeMap<String, u64>, TantivyError> {
    let query = clauses.all_of(Kind::Ticket);
    let mut by_ord: BTreeMap<(u32, u64), u64> = BTreeMap::new();
    let mut counts = BTreeMap::new();
    for address in snapshot.searcher.search(&query, &DocSetCollector)? {
        let segment = snapshot.searcher.segment_reader(address.segment_ord);
        let column = segment.fast_fields().str("project")?;
        let ord = column.and_then(|column| column.term_ords(address.doc_id).next());
        *by_ord
            .entry((address.segment_ord, ord.unwrap_or(u64::MAX)))
            .or_default() += 1;
    }
    for ((segment_ord, ord), count) in by_ord {
        let segment = snapshot.searcher.segment_reader(segment_ord);
        let mut name = String::new();
        if let Some(column) = segment.fast_fields().str("project")? {
            column.ord_to_str(ord, &mut name)?;
        }
        *counts.entry(name.to_uppercase()).or_default() += count;
    }
    Ok(counts)
}

pub(super) fn complete<'a>(
    all: impl Iterator<Item = &'a str>,
    prefix: &str,
    limit: usize,
) -> Completion {
    let wanted = prefix.trim().to_lowercase();
    let holding = all.filter(|value| value.to_lowercase().contains(&wanted));
    let (mut values, elsewhere): (Vec<_>, Vec<_>) = holding
        .map(str::to_owned)
        .partition(|value| value.to_lowercase().starts_with(&wanted));
    values.extend(elsewhere);
    let total = values.len();
    values.truncate(limit);
    Completion { values, total }
}
