//! Searches for those who gather from several kinds at once. A kind that is not indexed has nothing; that is no fault.

mod query;

use mesh_index::{
    CodeFilter, CodePassage, Commit, CommitFilter, Corpus, Found, Hit, Kind, Passage, Query,
    SearchError, Ticket, TicketFilter,
};

use crate::context::Context;
use crate::error::ToolError;

pub(crate) use query::EvidenceQuery;

pub(crate) async fn passages(
    cx: &Context<'_>,
    wanted: EvidenceQuery,
) -> Result<Vec<Hit<Passage>>, ToolError> {
    hits(
        cx,
        Kind::Knowledge,
        wanted,
        |passage: &Passage| &passage.id,
        Corpus::search_knowledge,
    )
    .await
}

pub(crate) async fn tickets(
    cx: &Context<'_>,
    wanted: EvidenceQuery,
) -> Result<Vec<Hit<Ticket>>, ToolError> {
    let any = TicketFilter::default();
    hits(
        cx,
        Kind::Ticket,
        wanted,
        |ticket: &Ticket| &ticket.key,
        move |corpus, query| corpus.search_tickets(query, &any),
    )
    .await
}

pub(crate) async fn commits(
    cx: &Context<'_>,
    wanted: EvidenceQuery,
    filter: CommitFilter,
) -> Result<Vec<Hit<Commit>>, ToolError> {
    hits(
        cx,
        Kind::Commit,
        wanted,
        |commit: &Commit| &commit.hash,
        move |corpus, query| corpus.search_commits(query, &filter),
    )
    .await
}

pub(crate) async fn code(
    cx: &Context<'_>,
    wanted: EvidenceQuery,
    filter: CodeFilter,
) -> Result<Vec<Hit<CodePassage>>, ToolError> {
    hits(
        cx,
        Kind::Code,
        wanted,
        |passage: &CodePassage| &passage.id,
        move |corpus, query| corpus.search_code(query, &filter),
    )
    .await
}

async fn hits<T: Send + 'static>(
    cx: &Context<'_>,
    kind: Kind,
    wanted: EvidenceQuery,
    id: fn(&T) -> &str,
    search: impl Fn(&Corpus, &Query<'_>) -> Result<Found<T>, SearchError> + Send + 'static,
) -> Result<Vec<Hit<T>>, ToolError> {
    let handle = &cx.services.corpus_handle;
    // Of an index that is on its way, or could not be had, nothing is known yet.
    handle.arrive(cx.request.deadline).await?;
    let corpus = handle.corpus();
    if !corpus.is_some_and(|corpus| corpus.has(kind)) {
        return Ok(Vec::new());
    }
    cx.search(move |corpus| wanted.find(id, |query| search(corpus, query)))
        .await
}
