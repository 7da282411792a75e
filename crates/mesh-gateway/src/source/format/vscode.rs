//! VS Code: `servers` of a `mcp.json`, or `mcp.servers` of its settings.

use std::path::Path;

use super::super::field::{Field, Fields};
use super::super::node::Node;
use super::super::reading::Reading;
use super::super::server::{self, Server};
use super::super::transport::{Shape, USUAL};
use super::Format;
use crate::entry::{Options, Protocol, Transport};

pub(super) const FORMAT: Format = Format {
    knows,
    servers,
    transport,
};

const SHAPE: Shape = Shape {
    // It tries HTTP+SSE itself where `http` is refused.
    http: Protocol::Either,
    ..USUAL
};

fn knows(_: &Path, root: &Node) -> bool {
    let settings = root.member("mcp").and_then(|mcp| mcp.member("servers"));
    let servers = root.member("servers").or(settings);
    servers.is_some_and(|servers| servers.table().is_some())
}

fn servers<'n>(whole: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let Some(mut root) = whole.fields(reading) else {
        return Vec::new();
    };
    if let Some(table) = root.take("servers", reading) {
        for name in ["$schema", "inputs"] {
            root.take(name, reading);
        }
        server::not_understood(&root, reading);
        return server::members(&table, reading);
    }
    let settings = root
        .take("mcp", reading)
        .and_then(|mcp| mcp.fields(reading));
    let table = settings.and_then(|mut mcp| mcp.take("servers", reading));
    table
        .map(|table| server::members(&table, reading))
        .unwrap_or_default()
}

fn transport(
    fields: &mut Fields<'_>,
    _: &mut Options,
    reading: &mut Reading<'_>,
) -> Option<Transport> {
    SHAPE.read(fields, reading)
}
