use mesh_index::{Kind, ProjectCount, TicketCount};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::field::{Choices, Timestamp};
use crate::filter_values::{FilterValues, UnknownValue, max_known};
use crate::filtered;
use crate::needs::Needs;
use crate::retrieval::{DATABASE, NEEDS_DATABASE, SearchSource, SearchedSource, asked, share};
use crate::tool::Tool;
use crate::tracker::filters::TicketFilters;
use crate::tracker::in_database;

/// # Count tickets
/// Counts the tickets of the database or of the indexed exports, all or those that match the filters, and by project where none is named.
///
/// Use it for how many, not for which: `search_jira_tickets` returns the tickets. The count is exact.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetJiraTicketCount {
    /// Only this project, e.g. `AOMA`; of several, the keys with commas between them.
    project_key: Option<Text<200>>,
    /// Only these statuses, e.g. `Open`.
    #[serde(default)]
    status: Choices,
    /// Only these priorities, e.g. `High`.
    #[serde(default)]
    priority: Choices,
    /// Only these types, e.g. `Bug`.
    #[serde(default)]
    issue_type: Choices,
    /// Only tickets assigned to one of these: a part of the name.
    #[serde(default)]
    assignee: Choices,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountedTickets {
    total_count: u64,
    filters: TicketFilters,
    /// Values of filters that nothing here has, with those there are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown_filter_values: Vec<UnknownValue>,
    /// Largest first; left out where one project was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    project_breakdown: Option<Vec<Project>>,
    /// What was asked, where that is not the index alone: a database counts before it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<SearchedSource>,
    metadata: Metadata,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Project {
    project: String,
    count: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    timestamp: Timestamp,
    filter_count: usize,
}

impl Tool for GetJiraTicketCount {
    const NAME: &'static str = "get_jira_ticket_count";
    const FAMILY: Family = Family::Tracker;
    const NEEDS: Needs = Needs::Any(&[Needs::Corpus(Kind::Ticket), NEEDS_DATABASE]);
    type Output = CountedTickets;

    async fn call(self, cx: Context<'_>) -> Result<CountedTickets, ToolError> {
        let project_key = self.project_key.map(Text::into_string);
        let filters = TicketFilters::new(project_key, self.status, self.priority)
            .of_type(self.issue_type)
            .assigned_to(self.assignee);
        if cx.vendors_with(DATABASE).is_none() {
            return in_index(&cx, filters).await;
        }
        let bounded = share(&cx);
        let filters = filtered::resolved(&bounded, filters).await?;
        let counted = asked(
            SearchSource::Database,
            &bounded,
            in_database::count(&filters, &bounded),
        )
        .await;
        match counted.found {
            Ok(by_project) => {
                let total = by_project.iter().map(|project| project.count).sum();
                let count = TicketCount { total, by_project };
                // Of nothing it is told which of the values the index knows.
                let unknown = match total == 0 && has_tickets(&cx) {
                    true => in_index(&cx, filters.clone()).await?.unknown_filter_values,
                    false => Vec::new(),
                };
                Ok(report(count, filters, unknown, vec![counted.report]))
            }
            // The index may be older, and is exact as far as it goes.
            Err(_) if has_tickets(&cx) => {
                let mut from_index = in_index(&cx, filters).await?;
                from_index.sources.push(counted.report);
                Ok(from_index)
            }
            Err(error) => Err(error),
        }
    }
}

fn has_tickets(cx: &Context<'_>) -> bool {
    let corpus = cx.services.corpus();
    corpus.is_some_and(|corpus| corpus.has(Kind::Ticket))
}

async fn in_index(
    cx: &Context<'_>,
    mut filters: TicketFilters,
) -> Result<CountedTickets, ToolError> {
    let max_known = max_known(cx.view, Kind::Ticket);
    cx.search(move |corpus| {
        let mut values = FilterValues::of(corpus, max_known);
        filters.resolve(&mut values)?;
        let count = corpus.count_tickets(&filters.to_index())?;
        Ok(report(count, filters, values.into_unknown(), Vec::new()))
    })
    .await
}

fn report(
    count: TicketCount,
    filters: TicketFilters,
    unknown: Vec<UnknownValue>,
    sources: Vec<SearchedSource>,
) -> CountedTickets {
    let one_project = filters.is_of_one_project();
    CountedTickets {
        total_count: count.total,
        project_breakdown: (!one_project)
            .then(|| count.by_project.into_iter().map(project).collect()),
        metadata: Metadata {
            timestamp: Timestamp::now(),
            filter_count: filters.count(),
        },
        filters,
        unknown_filter_values: unknown,
        sources,
    }
}

fn project(row: ProjectCount) -> Project {
    Project {
        project: row.project,
        count: row.count,
    }
}
