use futures::future::BoxFuture;
use mesh_index::Page;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::error::ToolError;
use crate::reply::Content;
use crate::resources::JSON;
use mesh_index::Completion;

/// As much as a model reads at once.
pub(super) const PAGE: usize = 50;

/// What follows the fixed part of a page's address: nothing for the first one.
pub(super) fn cursor(value: String) -> Option<String> {
    (!value.is_empty()).then_some(value)
}

/// A page of `list` as JSON, with the address of the next one.
pub(super) fn content<T: Serialize>(
    uri: &str,
    list: &str,
    total: u64,
    page: &Page<T>,
) -> Result<Content, ToolError> {
    let mut body = Map::new();
    body.insert("total".to_owned(), total.into());
    body.insert(
        list.to_owned(),
        serde_json::to_value(&page.items).map_err(ToolError::internal)?,
    );
    if let Some(next) = &page.next {
        body.insert("nextCursor".to_owned(), json!(next));
        body.insert("next".to_owned(), json!(format!("{uri}?cursor={next}")));
    }
    let text = serde_json::to_string_pretty(&Value::Object(body)).map_err(ToolError::internal)?;
    Ok(Content::text(uri, JSON, text))
}

/// Cursors, hashes and the like are handed out, not typed.
pub(super) fn complete_nothing<'a>(
    _: Context<'a>,
    _: &'a str,
) -> BoxFuture<'a, Result<Completion, ToolError>> {
    Box::pin(async { Ok(Completion::default()) })
}
