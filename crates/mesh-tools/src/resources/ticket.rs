use futures::future::BoxFuture;
use mesh_index::{Completion, Kind, Ticket, TicketField};
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::needs::Needs;
use crate::reading::{self, Address};
use crate::reply::Content;
use crate::resource::{Extent, Named, Template};
use crate::resources::{JSON, MAX_COMPLETIONS};
use crate::tracker::{browse_url, ticket_uri};

pub(super) const TEMPLATE: Template = Template {
    prefix: reading::prefix(Kind::Ticket),
    expression: "{key}",
    suffix: "",
    variable: "key",
    name: "ticket",
    title: "A ticket",
    description: "The whole of an indexed ticket: description, people, labels and comments. Of a long one the beginning, \
                  with the address of the rest, which is text.",
    media_type: JSON,
    extent: Extent::Page,
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
    /// Every other field of the export, by the name people see.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<TicketField>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The export and the place in it.
    path: String,
    /// Where the whole is read as text, where this is only its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

fn read(cx: Context<'_>, named: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move {
        let ticket = find(&cx, &named.value).await?;
        if let Some(from) = named.from {
            let whole = reading::render_ticket(&ticket);
            return reading::content_of(&whole, Some(&from));
        }
        let uri = ticket_uri(&ticket.key);
        let site = cx.services.jira_base_url.as_deref();
        let corpus = cx.services.corpus();
        let url = corpus.and_then(|corpus| browse_url(corpus, site, &ticket));
        let whole = whole(bounded(ticket), url);
        let text = serde_json::to_string_pretty(&whole).map_err(ToolError::internal)?;
        Ok(Content::text(uri, JSON, text))
    })
}

/// A ticket, and where the rest of it is.
struct Bounded {
    ticket: Ticket,
    next: Option<String>,
}

/// Description and comments as far as a page goes. The text's first page begins with the ticket, so that nothing is lost
/// between the two forms.
fn bounded(mut ticket: Ticket) -> Bounded {
    let mut left = reading::RESOURCE_CHARS;
    let mut is_cut = cut(&mut ticket.description, &mut left);
    let comments = ticket.comments.len();
    ticket.comments.retain_mut(|comment| {
        let has_room = left > 0;
        is_cut |= cut(comment, &mut left);
        has_room
    });
    is_cut |= ticket.comments.len() < comments;
    let address = Address::new(Kind::Ticket, ticket.key.clone());
    Bounded {
        ticket,
        next: is_cut.then(|| address.uri_from("@0")),
    }
}

/// Shortens `text` to what is `left`, and says whether it had to.
fn cut(text: &mut String, left: &mut usize) -> bool {
    match text.char_indices().nth(*left) {
        Some((end, _)) => {
            text.truncate(end);
            *left = 0;
            true
        }
        None => {
            *left -= text.chars().count();
            false
        }
    }
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
        cx.search(move |corpus| corpus.complete_tickets(&typed, MAX_COMPLETIONS))
            .await
    })
}

fn whole(Bounded { ticket, next }: Bounded, url: Option<String>) -> Whole {
    Whole {
        next,
        url,
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
        fields: ticket.fields,
    }
}
