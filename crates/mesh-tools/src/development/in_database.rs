//! What the database has that bears on a task.

use futures::future::join4;
use mesh_index::{
    CodePassage, Commit, DEFAULT_THRESHOLD_CODE, DEFAULT_THRESHOLD_COMMITS,
    DEFAULT_THRESHOLD_KNOWLEDGE, DEFAULT_THRESHOLD_TICKETS, Ticket,
};

use crate::code::{CodeFilters, CommitFilters};
use crate::context::Context;
use crate::error::ToolError;
use crate::field::Score;
use crate::filtered::{Filtered, SourceQuery};
use crate::knowledge::{self, Citation};
use crate::retrieval::{Ranked, SearchSource, asked};
use crate::tracker::TicketFilters;

pub(super) struct InDatabase {
    pub(super) passages: Result<Vec<Ranked<Citation>>, ToolError>,
    pub(super) tickets: Result<Vec<Ranked<Ticket>>, ToolError>,
    pub(super) commits: Result<Vec<Ranked<Commit>>, ToolError>,
    pub(super) code: Result<Vec<Ranked<CodePassage>>, ToolError>,
}

impl Default for InDatabase {
    fn default() -> Self {
        Self {
            passages: Ok(Vec::new()),
            tickets: Ok(Vec::new()),
            commits: Ok(Vec::new()),
            code: Ok(Vec::new()),
        }
    }
}

/// All kinds by one vector of the task.
pub(super) async fn search(cx: &Context<'_>, task: &str, limit: usize) -> InDatabase {
    let vector = cx.vector_of(task).await;
    let wanted = |threshold| SourceQuery {
        text: task.to_owned(),
        limit,
        threshold: Score::new(threshold),
        vector: Some(vector.clone()),
    };
    let passages = wanted(DEFAULT_THRESHOLD_KNOWLEDGE);
    let passages = Box::pin(knowledge::in_database(cx, &passages));
    let (passages, tickets, commits, code) = join4(
        async { asked(SearchSource::Database, cx, passages).await.found },
        of::<TicketFilters>(cx, wanted(DEFAULT_THRESHOLD_TICKETS)),
        of::<CommitFilters>(cx, wanted(DEFAULT_THRESHOLD_COMMITS)),
        of::<CodeFilters>(cx, wanted(DEFAULT_THRESHOLD_CODE)),
    )
    .await;
    InDatabase {
        passages,
        tickets,
        commits,
        code,
    }
}

async fn of<F>(cx: &Context<'_>, wanted: SourceQuery) -> Result<Vec<Ranked<F::Item>>, ToolError>
where
    F: Filtered + Default,
    F::Item: From<F::Row>,
{
    let filters = F::default();
    // On the heap: four exchanges with a vendor beside the index are more than a thread's stack takes.
    let rows = Box::pin(filters.in_database(cx, &wanted));
    let rows = async { Ok(rows.await?.0) };
    let rows = asked(SearchSource::Database, cx, rows).await.found?;
    let ranked = |row| Ranked {
        score: F::similarity(&row).get(),
        item: row.into(),
    };
    Ok(rows.into_iter().map(ranked).collect())
}
