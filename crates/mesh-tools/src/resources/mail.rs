use futures::future::BoxFuture;
use mesh_index::Kind;

use crate::context::Context;
use crate::error::ToolError;
use crate::needs::Needs;
use crate::reading;
use crate::reply::Content;
use crate::resource::{Extent, Named, Template};
use crate::resources::page::complete_nothing;

pub(super) const TEMPLATE: Template = Template {
    prefix: reading::prefix(Kind::Mail),
    expression: "{id}",
    suffix: "",
    variable: "id",
    name: "message",
    title: "A message",
    description: "An indexed message: people, date, attachments' names and text; a long one in pages.",
    media_type: "text/markdown",
    extent: Extent::Page,
    needs: Needs::Corpus(Kind::Mail),
    read,
    complete: complete_nothing,
};

fn read(cx: Context<'_>, named: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move { reading::read(&cx, &named, Kind::Mail, missing).await })
}

fn missing(id: &str) -> String {
    format!(
        "no indexed message has the id `{id}`; results of `search_outlook_emails` carry their `uri`"
    )
}
