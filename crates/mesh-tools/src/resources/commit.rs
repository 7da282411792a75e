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
    prefix: "git://commit/",
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
    Box::pin(async move {
        let whole = reading::whole(&cx, Kind::Commit, &named.value).await?;
        let whole = whole.ok_or_else(|| {
            ToolError::NotFound(format!(
                "no indexed commit has the hash `{}`; results of `search_git_commits` carry their `uri`",
                mesh_core::truncate(&named.value)
            ))
        })?;
        reading::content_of(&whole, named.from.as_deref())
    })
}
