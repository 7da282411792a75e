//! Elf's own files: `mcp` as a list of servers, as `{"servers": […]}`, or as one server.

use std::path::Path;

use super::super::field::{Field, Fields};
use super::super::node::{Node, Value};
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
    kind: "protocol",
    addresses: &[("endpoint", Protocol::Either), ("url", Protocol::Either)],
    http: Protocol::Either,
    ..USUAL
};

fn knows(_: &Path, root: &Node) -> bool {
    root.member("mcp").is_some_and(|mcp| match &mcp.value {
        Value::List(_) => true,
        Value::Table(_) => ["servers", "command", "endpoint"]
            .iter()
            .any(|name| mcp.member(name).is_some()),
        _ => false,
    })
}

fn servers<'n>(whole: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let root = whole.fields(reading);
    let Some(mcp) = root.and_then(|mut root| root.take("mcp", reading)) else {
        return Vec::new();
    };
    if let Value::List(_) = mcp.node.value {
        return server::items(&mcp, reading);
    }
    match mcp
        .fields(reading)
        .and_then(|mut mcp| mcp.take("servers", reading))
    {
        Some(list) => server::items(&list, reading),
        None => server::named(mcp, reading).into_iter().collect(),
    }
}

fn transport(
    fields: &mut Fields<'_>,
    _: &mut Options,
    reading: &mut Reading<'_>,
) -> Option<Transport> {
    SHAPE.read(fields, reading)
}
