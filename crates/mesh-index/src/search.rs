//! Ranked search.
//!
//! tantivy gathers candidates by BM25; what follows reads them as a person would skim them: is all of it there, close
//! together, under a heading that says so? `score.rs` holds the scale and the weights.

mod candidates;
mod clause;
mod duplicate;
mod error;
mod evidence;
mod facet;
mod field_match;
mod filter;
mod frequency;
mod hash;
mod item;
mod meaning;
mod newest;
mod parsed_query;
mod pattern;
mod period;
mod quote;
mod rank;
mod recent;
mod releases;
mod renames;
mod repetition;
mod score;
mod sibling_evidence;
mod threshold;

use crate::corpus::Corpus;
use crate::record::{CodePassage, Commit, Kind, Mail, Passage, Ticket};
use crate::search::rank::rank;
use crate::search::recent::list;

pub use error::SearchError;
pub use facet::{Facet, FacetValues};
pub use filter::{CodeFilter, CommitFilter, MailFilter, TicketFilter};
pub use period::check_period;
pub use threshold::{
    DEFAULT_THRESHOLD_CODE, DEFAULT_THRESHOLD_COMMITS, DEFAULT_THRESHOLD_KNOWLEDGE,
    DEFAULT_THRESHOLD_MAIL, DEFAULT_THRESHOLD_TICKETS,
};

pub(crate) use clause::Clauses;
pub(crate) use hash::is_hash;

/// What to look for. `text` is a person's words, never a query language: any text is fine, of any length.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    pub text: &'a str,
    /// Most hits to give back.
    pub limit: usize,
    /// Hits below this score, from 0 to 1, are left out.
    pub threshold: f32,
}

/// What was found, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    pub hits: Vec<Hit<T>>,
    /// Hits at or above the threshold before the limit, of up to 80 candidates by words and 80 by meaning; near-duplicates are
    /// left out of those shown, not of those beyond the limit.
    pub total: usize,
    /// The best score seen, below the threshold too; 0 when nothing was.
    pub best: f32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Hit<T> {
    /// From 0 to 1: 1 is everything asked for, close together, under its own heading; 0.5 most of it, scattered.
    pub score: f32,
    /// The best excerpt, at most 600 bytes, in whole sentences or lines where possible.
    pub quote: String,
    pub item: T,
}

impl Corpus {
    /// # Errors
    /// Where the query is empty, its time is over, or the corpus is damaged.
    pub fn search_knowledge(&self, query: &Query<'_>) -> Result<Found<Passage>, SearchError> {
        let snapshot = self.snapshot();
        let clauses = Clauses::none(&snapshot.fields);
        if is_blank(query.text) {
            return Err(SearchError::EmptyQuery);
        }
        rank(self, &snapshot, Kind::Knowledge, query, clauses)
    }

    /// Without a text, the filtered tickets, the last changed first.
    ///
    /// # Errors
    /// Where query and filter are empty, a filter cannot be used, the time is over, or the corpus is damaged.
    pub fn search_tickets(
        &self,
        query: &Query<'_>,
        filter: &TicketFilter,
    ) -> Result<Found<Ticket>, SearchError> {
        let snapshot = self.snapshot();
        let clauses = Clauses::tickets(&snapshot.fields, filter)?;
        if is_blank(query.text) {
            return list(&snapshot, Kind::Ticket, query.limit, clauses);
        }
        rank(self, &snapshot, Kind::Ticket, query, clauses)
    }

    /// Without a text, the filtered commits, the newest first. A commit whose hash is in the text, or its beginning, comes
    /// before all that its words find.
    ///
    /// # Errors
    /// Where query and filter are empty, a filter cannot be used, the time is over, or the corpus is damaged.
    pub fn search_commits(
        &self,
        query: &Query<'_>,
        filter: &CommitFilter,
    ) -> Result<Found<Commit>, SearchError> {
        let snapshot = self.snapshot();
        let clauses = Clauses::commits(&snapshot, filter)?;
        if is_blank(query.text) {
            return list(&snapshot, Kind::Commit, query.limit, clauses);
        }
        let named = hash::named(&snapshot, query, clauses.clone())?;
        let found = rank(self, &snapshot, Kind::Commit, query, clauses)?;
        Ok(hash::before(named, found, query.limit))
    }

    /// # Errors
    /// Where query and filter are empty, a filter cannot be used, the time is over, or the corpus is damaged.
    pub fn search_code(
        &self,
        query: &Query<'_>,
        filter: &CodeFilter,
    ) -> Result<Found<CodePassage>, SearchError> {
        let snapshot = self.snapshot();
        let clauses = Clauses::code(&snapshot.fields, filter)?;
        if is_blank(query.text) {
            return Err(SearchError::EmptyQuery);
        }
        rank(self, &snapshot, Kind::Code, query, clauses)
    }

    /// Without a text, the filtered messages, the newest first.
    ///
    /// # Errors
    /// Where query and filter are empty, a filter cannot be used, the time is over, or the corpus is damaged.
    pub fn search_mail(
        &self,
        query: &Query<'_>,
        filter: &MailFilter,
    ) -> Result<Found<Mail>, SearchError> {
        let snapshot = self.snapshot();
        let clauses = Clauses::mail(&snapshot.fields, filter)?;
        let mut found = if is_blank(query.text) {
            list(&snapshot, Kind::Mail, query.limit, clauses)?
        } else {
            rank(self, &snapshot, Kind::Mail, query, clauses)?
        };
        for hit in &mut found.hits {
            snapshot.cite(&mut hit.item)?;
        }
        Ok(found)
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
