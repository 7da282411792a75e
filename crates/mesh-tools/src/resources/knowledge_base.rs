use futures::future::BoxFuture;
use mesh_index::{DocumentInfo, Kind, Page};
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::knowledge::document_uri;
use crate::needs::Needs;
use crate::reply::Content;
use crate::resource::{Extent, Named, Resource, Template};
use crate::resources::JSON;
use crate::resources::page::{self, PAGE};

const URI: &str = "aoma://knowledge-base";

pub(super) const RESOURCE: Resource = Resource {
    uri: URI,
    name: "knowledge-base",
    title: "AOMA Knowledge Base",
    description: "The indexed documents by path: id, address, title and size; the first 50, with the address of the next.",
    media_type: JSON,
    needs: Needs::Corpus(Kind::Knowledge),
    read,
};

pub(super) const PAGES: Template = Template {
    prefix: URI,
    expression: "{?cursor}",
    suffix: "",
    variable: "cursor",
    name: "knowledge-base-page",
    title: "AOMA Knowledge Base, further pages",
    description: "The documents after those of the page that `nextCursor` came with.",
    media_type: JSON,
    extent: Extent::Whole,
    needs: Needs::Corpus(Kind::Knowledge),
    read,
    complete: page::complete_nothing,
};

#[derive(Serialize)]
struct Row {
    id: String,
    uri: String,
    title: String,
    path: String,
    passages: u32,
}

impl From<DocumentInfo> for Row {
    fn from(info: DocumentInfo) -> Self {
        Self {
            uri: document_uri(&info.id),
            id: info.id,
            title: info.title,
            path: info.path,
            passages: info.passages,
        }
    }
}

fn read(cx: Context<'_>, named: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move {
        let cursor = page::cursor(named.value);
        let (found, total) = cx
            .search(move |corpus| {
                let count = corpus.count(Kind::Knowledge);
                let page = corpus.documents(cursor.as_deref(), PAGE)?;
                Ok((page, count.unwrap_or_default().documents))
            })
            .await?;
        let rows = Page {
            items: found.items.into_iter().map(Row::from).collect(),
            next: found.next,
        };
        page::content(URI, "documents", total, &rows)
    })
}
