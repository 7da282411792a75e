//! Searches for those who gather from several kinds at once. A kind that is not indexed has nothing; that is no fault.

use mesh_index::{
    CodeFilter, CodePassage, Commit, CommitFilter, Corpus, DEFAULT_THRESHOLD_CODE,
    DEFAULT_THRESHOLD_COMMITS, DEFAULT_THRESHOLD_KNOWLEDGE, DEFAULT_THRESHOLD_TICKETS, Found, Hit,
    Kind, Passage, Query, SearchError, Ticket, TicketFilter,
};

use crate::context::Context;
use crate::error::ToolError;

/// What to look for and how much of it to take.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) text: String,
    pub(crate) limit: usize,
    /// 1 for the recommended threshold; less for a text much longer than a question, no passage of which has all of it.
    pub(crate) strictness: f32,
}

impl Wanted {
    pub(crate) fn like(text: impl Into<String>, limit: usize) -> Self {
        Self {
            text: text.into(),
            limit,
            strictness: 1.0,
        }
    }

    fn query(&self, threshold: f32) -> Query<'_> {
        Query {
            text: &self.text,
            limit: self.limit,
            threshold: threshold * self.strictness,
        }
    }
}

pub(crate) async fn passages(
    cx: &Context<'_>,
    wanted: Wanted,
) -> Result<Vec<Hit<Passage>>, ToolError> {
    hits(cx, Kind::Knowledge, move |corpus| {
        corpus.search_knowledge(&wanted.query(DEFAULT_THRESHOLD_KNOWLEDGE))
    })
    .await
}

pub(crate) async fn tickets(
    cx: &Context<'_>,
    wanted: Wanted,
) -> Result<Vec<Hit<Ticket>>, ToolError> {
    hits(cx, Kind::Ticket, move |corpus| {
        corpus.search_tickets(
            &wanted.query(DEFAULT_THRESHOLD_TICKETS),
            &TicketFilter::default(),
        )
    })
    .await
}

pub(crate) async fn commits(
    cx: &Context<'_>,
    wanted: Wanted,
    filter: CommitFilter,
) -> Result<Vec<Hit<Commit>>, ToolError> {
    hits(cx, Kind::Commit, move |corpus| {
        corpus.search_commits(&wanted.query(DEFAULT_THRESHOLD_COMMITS), &filter)
    })
    .await
}

pub(crate) async fn code(
    cx: &Context<'_>,
    wanted: Wanted,
    filter: CodeFilter,
) -> Result<Vec<Hit<CodePassage>>, ToolError> {
    hits(cx, Kind::Code, move |corpus| {
        corpus.search_code(&wanted.query(DEFAULT_THRESHOLD_CODE), &filter)
    })
    .await
}

async fn hits<T: Send + 'static>(
    cx: &Context<'_>,
    kind: Kind,
    search: impl FnOnce(&Corpus) -> Result<Found<T>, SearchError> + Send + 'static,
) -> Result<Vec<Hit<T>>, ToolError> {
    let has = cx
        .services
        .corpus
        .as_ref()
        .is_some_and(|corpus| corpus.has(kind));
    if !has {
        return Ok(Vec::new());
    }
    Ok(cx.search(search).await?.hits)
}
