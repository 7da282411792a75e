//! Tickets of the database.

use mesh_clients::supabase::{self, JiraTicketFilters, JiraTicketRow, TextSearch};
use mesh_index::{DEFAULT_THRESHOLD_TICKETS, ProjectCount};

use crate::context::Context;
use crate::database::{DatabaseQuery, max_results};
use crate::error::ToolError;
use crate::field::{Score, SearchMethod};
use crate::filtered::SourceQuery;
use crate::tracker::filters::TicketFilters;
use crate::tracker::search_jira_tickets::FoundTicket;
use crate::tracker::site_url;

/// By meaning; by words, where the question cannot be given a vector.
pub(super) async fn search(
    filters: &TicketFilters,
    cx: &Context<'_>,
    wanted: &SourceQuery,
) -> Result<(Vec<FoundTicket>, SearchMethod), ToolError> {
    let filters = filters.to_database()?;
    let question = DatabaseQuery::of(cx, wanted, DEFAULT_THRESHOLD_TICKETS).await;
    let question = question.inspect_err(|error| {
        tracing::warn!(%error, "tickets are searched by words, as the question has no vector");
    });
    let method = question
        .as_ref()
        .map_or(SearchMethod::Text, DatabaseQuery::method);
    let found = match (&question, method) {
        (Ok(question), SearchMethod::Vector) => by_meaning(cx, wanted, question, filters).await?,
        _ => by_words(cx, wanted, filters).await?,
    };
    Ok((found, method))
}

async fn by_meaning(
    cx: &Context<'_>,
    wanted: &SourceQuery,
    question: &DatabaseQuery,
    filters: JiraTicketFilters,
) -> Result<Vec<FoundTicket>, ToolError> {
    let search = &question.within(filters);
    let site = cx.services.jira_base_url.as_deref();
    cx.rows(
        wanted,
        DEFAULT_THRESHOLD_TICKETS,
        |database, key| async move {
            database
                .search_jira_tickets_semantic(&key, search, question.deadline)
                .await
        },
        |row, score| ticket(row, site, score),
        |row| row.similarity,
    )
    .await
}

async fn by_words(
    cx: &Context<'_>,
    wanted: &SourceQuery,
    filters: JiraTicketFilters,
) -> Result<Vec<FoundTicket>, ToolError> {
    let deadline = cx.request.deadline;
    let site = cx.services.jira_base_url.as_deref();
    let search = &TextSearch {
        text: &wanted.text,
        threshold: wanted.threshold.get(),
        max_results: max_results(wanted),
        filters,
    };
    let rows = cx.database(|database, key| async move {
        database
            .search_jira_tickets_text(&key, search, deadline)
            .await
    });
    let ours = |row: JiraTicketRow| {
        let score = row.similarity;
        ticket(row, site, score)
    };
    Ok(rows.await?.into_iter().map(ours).collect())
}

/// The tickets of each project, the largest first.
pub(super) async fn count(
    filters: &TicketFilters,
    cx: &Context<'_>,
) -> Result<Vec<ProjectCount>, ToolError> {
    let deadline = cx.request.deadline;
    let filters = &filters.to_database()?;
    let rows = cx.database(|database, key| async move {
        database
            .count_jira_tickets_by_project(&key, &filters.status, &filters.priority, deadline)
            .await
    });
    let is_wanted = |project: &str| {
        let mut projects = filters.project_key.iter();
        filters.project_key.is_empty() || projects.any(|one| one.eq_ignore_ascii_case(project))
    };
    let ours = |row: supabase::ProjectCount| ProjectCount {
        project: row.project_key.unwrap_or_default(),
        count: row.count,
    };
    let mut counts: Vec<_> = rows.await?.into_iter().map(ours).collect();
    counts.retain(|count| is_wanted(&count.project));
    counts.sort_by(|a, b| b.count.cmp(&a.count).then(a.project.cmp(&b.project)));
    Ok(counts)
}

fn ticket(row: JiraTicketRow, site: Option<&str>, score: f32) -> FoundTicket {
    FoundTicket {
        url: site_url(site, &row.key),
        summary: row.summary.unwrap_or_default(),
        status: row.status.unwrap_or_default(),
        priority: row.priority.unwrap_or_default(),
        project: row.project_key.unwrap_or_default(),
        similarity: Score::new(score),
        issue_type: String::new(),
        assignee: String::new(),
        reporter: String::new(),
        uri: String::new(),
        quote: String::new(),
        updated: String::new(),
        key: row.key,
    }
}
