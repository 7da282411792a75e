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
    prefix: "aoma://mail/",
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
    Box::pin(async move {
        let whole = reading::whole(&cx, Kind::Mail, &named.value).await?;
        let whole = whole.ok_or_else(|| {
            ToolError::NotFound(format!(
                "no indexed message has the id `{}`; results of `search_outlook_emails` carry their `uri`",
                mesh_core::truncate(&named.value)
            ))
        })?;
        reading::content_of(&whole, named.from.as_deref())
    })
}
