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
    prefix: reading::prefix(Kind::Commit),
    expression: "{hash}",
    suffix: "",
    variable: "hash",
    name: "commit",
    title: "A commit",
    description: "An indexed commit: message, author, files changed, and its diff where the index keeps one.",
    media_type: "text/markdown",
    extent: Extent::Page,
    needs: Needs::Corpus(Kind::Commit),
    read,
    complete: complete_nothing,
};

fn read(cx: Context<'_>, named: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move { reading::read(&cx, &named, Kind::Commit, missing).await })
}

fn missing(id: &str) -> String {
    format!(
        "no indexed commit has the hash `{id}`; results of `search_git_commits` carry their `uri`"
    )
}
