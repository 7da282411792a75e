use mesh_index::{Corpus, DEFAULT_THRESHOLD_TICKETS, Found, Hit, Kind, Query, SearchError, Ticket};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::context::Context;
use crate::error::ToolError;
use crate::family::Family;
use crate::field::{Choices, Limit, Score, SearchMethod, SearchText};
use crate::filter_values::FilterValues;
use crate::filtered::{self, Filtered, Matches, SourceQuery};
use crate::needs::Needs;
use crate::retrieval::NEEDS_DATABASE;
use crate::tool::Tool;
use crate::tracker::filters::TicketFilters;
use crate::tracker::in_database;
use crate::words::excerpt;

/// # Search tickets
/// Finds tickets of the issue tracker by meaning-bearing words of summary, description and comments, by who reported them
/// or has them, or by key, best match first.
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
    /// Only these types, e.g. `Bug`.
    #[serde(default)]
    issue_type: Choices,
    /// Only tickets assigned to one of these: a part of the name.
    #[serde(default)]
    assignee: Choices,
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
pub struct FoundTicket {
    pub(super) key: String,
    pub(super) summary: String,
    pub(super) status: String,
    pub(super) priority: String,
    pub(super) project: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) issue_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) assignee: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) reporter: String,
    pub(super) similarity: Score,
    /// Where to open it in the tracker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    /// The whole ticket, as a resource of this server; absent where only the database has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) uri: String,
    /// The part of the ticket that matches best.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) quote: String,
    /// RFC 3339; empty where the export has none.
    pub(super) updated: String,
}

impl From<FoundTicket> for Ticket {
    fn from(found: FoundTicket) -> Self {
        Self {
            key: found.key,
            summary: found.summary,
            status: found.status,
            priority: found.priority,
            project: found.project,
            issue_type: found.issue_type,
            assignee: found.assignee,
            reporter: found.reporter,
            updated: found.updated,
            ..Self::default()
        }
    }
}

impl Tool for SearchJiraTickets {
    const NAME: &'static str = "search_jira_tickets";
    const FAMILY: Family = Family::Tracker;
    const NEEDS: Needs = Needs::Any(&[Needs::Corpus(Kind::Ticket), NEEDS_DATABASE]);
    type Output = Matches<TicketFilters, FoundTicket>;

    async fn call(self, cx: Context<'_>) -> Result<Self::Output, ToolError> {
        let project_key = self.project_key.map(Text::into_string);
        let filters = TicketFilters::new(project_key, self.status, self.priority)
            .of_type(self.issue_type)
            .assigned_to(self.assignee);
        let (text, limit) = (self.query.into_string(), self.max_results.as_usize());
        filtered::search(&cx, text, limit, self.threshold, filters).await
    }
}

impl Filtered for TicketFilters {
    const KIND: Kind = Kind::Ticket;
    type Item = Ticket;
    type Row = FoundTicket;

    fn resolve(&mut self, values: &mut FilterValues<'_>) -> Result<(), SearchError> {
        Self::resolve(self, values)
    }

    fn search(&self, corpus: &Corpus, query: &Query<'_>) -> Result<Found<Ticket>, SearchError> {
        corpus.search_tickets(query, &self.to_index())
    }

    fn row(
        corpus: &Corpus,
        site: Option<&str>,
        hit: Hit<Ticket>,
    ) -> Result<FoundTicket, SearchError> {
        Ok(ticket(corpus, site, hit))
    }

    async fn in_database(
        &self,
        cx: &Context<'_>,
        wanted: &SourceQuery,
    ) -> Result<(Vec<FoundTicket>, SearchMethod), ToolError> {
        in_database::search(self, cx, wanted).await
    }

    fn similarity(row: &FoundTicket) -> Score {
        row.similarity
    }

    fn is_same(row: &FoundTicket, other: &FoundTicket) -> bool {
        row.key == other.key
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
        issue_type,
        assignee,
        reporter,
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
        issue_type,
        assignee,
        reporter,
        updated,
    }
}
