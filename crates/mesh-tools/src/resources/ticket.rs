use futures::future::BoxFuture;
use mesh_index::{Kind, Ticket};
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::reply::Content;
use crate::resource::{Completion, Template};
use crate::resources::{JSON, MOST_COMPLETIONS};
use crate::tool::Needs;
use crate::tracker::{browse_url, ticket_uri};

pub(super) const TEMPLATE: Template = Template {
    prefix: "jira://ticket/",
    expression: "{key}",
    suffix: "",
    variable: "key",
    name: "ticket",
    title: "A ticket",
    description: "The whole of an indexed ticket: description, people, labels and comments.",
    media_type: JSON,
    needs: Needs::Corpus(Kind::Ticket),
    read,
    complete,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole {
    key: String,
    summary: String,
    description: String,
    status: String,
    priority: String,
    project: String,
    issue_type: String,
    assignee: String,
    reporter: String,
    labels: Vec<String>,
    components: Vec<String>,
    created: String,
    updated: String,
    comments: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The export and the place in it.
    path: String,
}

fn read<'a>(cx: Context<'a>, key: &'a str) -> BoxFuture<'a, Result<Content, ToolError>> {
    Box::pin(async move {
        let ticket = find(&cx, key).await?;
        let uri = ticket_uri(&ticket.key);
        let whole = whole(ticket, cx.services.jira_base_url.as_deref());
        let text = serde_json::to_string_pretty(&whole).map_err(ToolError::internal)?;
        Ok(Content::text(uri, JSON, text))
    })
}

/// The ticket of that key, whatever its case.
pub(crate) async fn find(cx: &Context<'_>, key: &str) -> Result<Ticket, ToolError> {
    let wanted = key.trim().to_owned();
    let found = cx.search(move |corpus| corpus.ticket(&wanted)).await?;
    found.ok_or_else(|| {
        ToolError::NotFound(format!(
            "no ticket has the key `{key}` in the indexed exports; `jira://tickets` lists them, and `search_jira_tickets` \
             finds them by words"
        ))
    })
}

pub(crate) fn complete<'a>(
    cx: Context<'a>,
    typed: &'a str,
) -> BoxFuture<'a, Result<Completion, ToolError>> {
    Box::pin(async move {
        let typed = typed.to_owned();
        let found = cx
            .search(move |corpus| corpus.complete_tickets(&typed, MOST_COMPLETIONS))
            .await?;
        Ok(Completion {
            values: found.values,
            total: found.total,
        })
    })
}

fn whole(ticket: Ticket, site: Option<&str>) -> Whole {
    Whole {
        url: browse_url(site, &ticket.key),
        path: format!("{}:{}", ticket.path, ticket.line),
        key: ticket.key,
        summary: ticket.summary,
        description: ticket.description,
        status: ticket.status,
        priority: ticket.priority,
        project: ticket.project,
        issue_type: ticket.issue_type,
        assignee: ticket.assignee,
        reporter: ticket.reporter,
        labels: ticket.labels,
        components: ticket.components,
        created: ticket.created,
        updated: ticket.updated,
        comments: ticket.comments,
    }
}
