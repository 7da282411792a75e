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
    prefix: "aoma://doc/",
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
    Box::pin(async move {
        let whole = reading::whole(&cx, Kind::Knowledge, &named.value).await?;
        let whole = whole.ok_or_else(|| unknown(&named.value))?;
        reading::content_of(&whole, named.from.as_deref())
    })
}

fn unknown(id: &str) -> ToolError {
    ToolError::NotFound(format!(
        "no document has the id `{}`; `aoma://knowledge-base` lists them, and citations of `query_aoma_knowledge` carry \
         their `uri`",
        mesh_core::truncate(id)
    ))
}

fn complete<'a>(cx: Context<'a>, typed: &'a str) -> BoxFuture<'a, Result<Completion, ToolError>> {
    Box::pin(async move {
        let typed = typed.to_owned();
        cx.search(move |corpus| corpus.complete_documents(&typed, MAX_COMPLETIONS))
            .await
    })
}
