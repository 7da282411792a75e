use futures::future::BoxFuture;
use mesh_index::{Corpus, Kind, Page, Ticket};
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::needs::Needs;
use crate::reply::Content;
use crate::resource::{Extent, Named, Resource, Template};
use crate::resources::JSON;
use crate::resources::page::{self, PAGE};
use crate::tracker::{browse_url, ticket_uri};

const URI: &str = "jira://tickets";

pub(super) const RESOURCE: Resource = Resource {
    uri: URI,
    name: "tickets",
    title: "JIRA Tickets",
    description: "The indexed tickets by key: summary, status, priority and address; the first 50, with the address of the next.",
    media_type: JSON,
    needs: Needs::Corpus(Kind::Ticket),
    read,
};

pub(super) const PAGES: Template = Template {
    prefix: URI,
    expression: "{?cursor}",
    suffix: "",
    variable: "cursor",
    name: "tickets-page",
    title: "JIRA Tickets, further pages",
    description: "The tickets after those of the page that `nextCursor` came with.",
    media_type: JSON,
    extent: Extent::Whole,
    needs: Needs::Corpus(Kind::Ticket),
    read,
    complete: page::complete_nothing,
};

#[derive(Serialize)]
struct Row {
    key: String,
    uri: String,
    summary: String,
    status: String,
    priority: String,
    project: String,
    updated: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

fn row(corpus: &Corpus, site: Option<&str>, ticket: Ticket) -> Row {
    Row {
        uri: ticket_uri(&ticket.key),
        url: browse_url(corpus, site, &ticket),
        key: ticket.key,
        summary: ticket.summary,
        status: ticket.status,
        priority: ticket.priority,
        project: ticket.project,
        updated: ticket.updated,
    }
}

fn read(cx: Context<'_>, named: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move {
        let cursor = page::cursor(named.value);
        let site = cx.services.jira_base_url.clone();
        let (rows, total) = cx
            .search(move |corpus| {
                let count = corpus.count(Kind::Ticket);
                let page = corpus.tickets(cursor.as_deref(), PAGE)?;
                let row = |ticket| row(corpus, site.as_deref(), ticket);
                let rows = Page {
                    items: page.items.into_iter().map(row).collect::<Vec<_>>(),
                    next: page.next,
                };
                Ok((rows, count.unwrap_or_default().documents))
            })
            .await?;
        page::content(URI, "tickets", total, &rows)
    })
}
