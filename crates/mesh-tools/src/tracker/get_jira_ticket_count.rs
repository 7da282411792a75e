use mesh_index::{Kind, ProjectCount, TicketCount};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::field::{Choices, Timestamp};
use crate::filter_values::{FilterValues, UnknownValue};
use crate::needs::Needs;
use crate::tool::Tool;
use crate::tracker::filters::TicketFilters;

/// # Count tickets
/// Counts the tickets of the indexed exports, all or those that match the filters, and by project where none is named.
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
    const NEEDS: Needs = Needs::Corpus(Kind::Ticket);
    type Output = CountedTickets;

    async fn call(self, cx: Context<'_>) -> Result<CountedTickets, ToolError> {
        let project_key = self.project_key.map(Text::into_string);
        let mut filters = TicketFilters::new(project_key, self.status, self.priority);
        cx.search(move |corpus| {
            let mut values = FilterValues::of(corpus);
            filters.resolve(&mut values)?;
            let count = corpus.count_tickets(&filters.to_index())?;
            Ok(report(count, filters, values.into_unknown()))
        })
        .await
    }
}

fn report(
    count: TicketCount,
    filters: TicketFilters,
    unknown: Vec<UnknownValue>,
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
    }
}

fn project(row: ProjectCount) -> Project {
    Project {
        project: row.project,
        count: row.count,
    }
}
