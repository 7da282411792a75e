use futures::future::BoxFuture;
use mesh_index::{Completion, Kind};

use crate::context::Context;
use crate::error::ToolError;
use crate::needs::Needs;
use crate::reading;
use crate::reply::Content;
use crate::resource::{Extent, Named, Template};
use crate::resources::MAX_COMPLETIONS;

pub(super) const TEMPLATE: Template = Template {
    prefix: reading::prefix(Kind::Knowledge),
    expression: "{id}",
    suffix: "",
    variable: "id",
    name: "document",
    title: "A document of the knowledge base",
    description: "The text of an indexed document, as Markdown with its headings; the path stands on top. A long one comes \
                  in pages: the last line of each has the address of the next. `#anchor` or `?from=LINE` begins there.",
    media_type: "text/markdown",
    extent: Extent::Page,
    needs: Needs::Corpus(Kind::Knowledge),
    read,
    complete,
};

fn read(cx: Context<'_>, named: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move { reading::read(&cx, &named, Kind::Knowledge, missing).await })
}

fn missing(id: &str) -> String {
    format!(
        "no document has the id `{id}`; `aoma://knowledge-base` lists them, and citations of `query_aoma_knowledge` carry \
         their `uri`"
    )
}

fn complete<'a>(cx: Context<'a>, typed: &'a str) -> BoxFuture<'a, Result<Completion, ToolError>> {
    Box::pin(async move {
        let typed = typed.to_owned();
        cx.search(move |corpus| corpus.complete_documents(&typed, MAX_COMPLETIONS))
            .await
    })
}
