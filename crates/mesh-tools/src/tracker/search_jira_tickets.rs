use mesh_index::{Corpus, DEFAULT_THRESHOLD_TICKETS, Hit, Kind, Query, Ticket};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::field::{Choices, Limit, Score, SearchMetadata, SearchText};
use crate::filter_values::UnknownValue;
use crate::needs::Needs;
use crate::tool::Tool;
use crate::tracker::filters::Filters;
use crate::words::excerpt;

/// # Search tickets
/// Finds tickets of the indexed issue-tracker exports by meaning-bearing words of summary, description and comments, or by
/// key, best match first.
///
/// Use it for bugs, incidents, requests and past decisions. Filters are exact, whatever the case. An empty `query` with a
/// filter lists the newest. `jira://ticket/{key}` has the whole of a ticket. Nothing found is an empty `results`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchJiraTickets {
    /// Words or a question, or a ticket's key.
    query: SearchText<500>,
    /// Only this project, e.g. `AOMA`; of several, the keys with commas between them.
    project_key: Option<Text<200>>,
    /// Only these statuses, e.g. `Open`.
    #[serde(default)]
    status: Choices,
    /// Only these priorities, e.g. `High`.
    #[serde(default)]
    priority: Choices,
    /// The most tickets to return.
    #[serde(default)]
    max_results: Limit<15, 50>,
    /// The similarity a ticket must reach.
    #[serde(default = "threshold")]
    threshold: Score,
}

fn threshold() -> Score {
    Score::new(DEFAULT_THRESHOLD_TICKETS)
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tickets {
    query: String,
    filters: Filters,
    /// Values of filters that nothing here has, with those there are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown_filter_values: Vec<UnknownValue>,
    results: Vec<FoundTicket>,
    metadata: SearchMetadata,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FoundTicket {
    key: String,
    summary: String,
    status: String,
    priority: String,
    project: String,
    similarity: Score,
    /// Where to open it in the tracker.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The whole ticket, as a resource of this server.
    uri: String,
    /// The part of the ticket that matches best.
    quote: String,
    /// RFC 3339; empty where the export has none.
    updated: String,
}

impl Tool for SearchJiraTickets {
    const NAME: &'static str = "search_jira_tickets";
    const NEEDS: Needs = Needs::Corpus(Kind::Ticket);
    type Output = Tickets;

    async fn call(self, cx: Context<'_>) -> Result<Tickets, ToolError> {
        let text = self.query.into_string();
        let project_key = self.project_key.map(Text::into_string);
        let mut filters = Filters::new(project_key, self.status, self.priority);
        let (limit, threshold) = (self.max_results.as_usize(), self.threshold.get());
        let site = cx.services.jira_base_url.clone();
        let asked = self.threshold;
        cx.search(move |corpus| {
            let unknown = filters.resolve(corpus)?;
            let query = Query {
                text: &text,
                limit,
                threshold,
            };
            let found = corpus.search_tickets(&query, &filters.to_index())?;
            let metadata = SearchMetadata::of(&found, asked);
            let hits = found.hits.into_iter();
            Ok(Tickets {
                filters,
                unknown_filter_values: unknown,
                results: hits
                    .map(|hit| ticket(corpus, site.as_deref(), hit))
                    .collect(),
                metadata,
                query: text,
            })
        })
        .await
    }
}

fn ticket(corpus: &Corpus, site: Option<&str>, hit: Hit<Ticket>) -> FoundTicket {
    let url = super::browse_url(corpus, site, &hit.item);
    let Ticket {
        key,
        summary,
        status,
        priority,
        project,
        updated,
        ..
    } = hit.item;
    FoundTicket {
        url,
        uri: super::ticket_uri(&key),
        similarity: Score::new(hit.score),
        quote: excerpt(&hit.quote, &summary),
        key,
        summary,
        status,
        priority,
        project,
        updated,
    }
}
