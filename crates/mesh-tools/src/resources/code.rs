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
    prefix: reading::prefix(Kind::Code),
    expression: "{id}",
    suffix: "",
    variable: "id",
    name: "source-file",
    title: "A source file",
    description: "An indexed source file; a long one in pages. `#L10` or `?from=10` begins at that line.",
    media_type: "text/plain",
    extent: Extent::Page,
    needs: Needs::Corpus(Kind::Code),
    read,
    complete: complete_nothing,
};

fn read(cx: Context<'_>, named: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move { reading::read(&cx, &named, Kind::Code, missing).await })
}

fn missing(id: &str) -> String {
    format!("no source file has the id `{id}`; results of `search_code_files` carry their `uri`")
}
