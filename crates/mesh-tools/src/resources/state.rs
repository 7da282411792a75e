use futures::future::BoxFuture;
use serde::Serialize;

use crate::context::Context;
use crate::error::ToolError;
use crate::needs::Needs;
use crate::reply::Content;
use crate::resource::{Named, Resource};
use crate::resources::JSON;
use crate::system;

pub(super) const HEALTH: Resource = Resource {
    uri: "aoma://health",
    name: "health",
    title: "Health",
    description: "Whether the server and what it searches are in order, tried now.",
    media_type: JSON,
    needs: Needs::NOTHING,
    read: health,
};

pub(super) const METRICS: Resource = Resource {
    uri: "aoma://metrics",
    name: "metrics",
    title: "Metrics",
    description: "Counters of requests and tools, of this process only and from its start.",
    media_type: JSON,
    needs: Needs::NOTHING,
    read: metrics,
};

fn health(cx: Context<'_>, _: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move { json(HEALTH.uri, &system::health(&cx).await) })
}

fn metrics(cx: Context<'_>, _: Named) -> BoxFuture<'_, Result<Content, ToolError>> {
    Box::pin(async move { json(METRICS.uri, &system::metrics(&cx)) })
}

fn json(uri: &str, value: &impl Serialize) -> Result<Content, ToolError> {
    let text = serde_json::to_string_pretty(value).map_err(ToolError::internal)?;
    Ok(Content::text(uri, JSON, text))
}
