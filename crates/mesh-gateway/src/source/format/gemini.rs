//! Gemini CLI: `mcpServers` in its `settings.json`, where `url` means HTTP+SSE.

use std::path::Path;
use std::time::Duration;

use super::super::field::{Field, Fields};
use super::super::node::Node;
use super::super::options;
use super::super::reading::Reading;
use super::super::server::{self, Server};
use super::super::transport::{Shape, USUAL};
use super::Format;
use crate::entry::{Options, Protocol, Transport};
use crate::template::Dialect;

pub(super) const FORMAT: Format = Format {
    knows,
    servers,
    transport,
};

const SHAPE: Shape = Shape {
    dialect: Dialect::Dollar,
    addresses: &[("url", Protocol::Sse), ("httpUrl", Protocol::Streamable)],
    ..USUAL
};

/// Members that no other client has.
const OWN: [&str; 3] = ["httpUrl", "includeTools", "excludeTools"];

fn knows(file: &Path, root: &Node) -> bool {
    let Some(servers) = root.member("mcpServers").and_then(Node::table) else {
        return false;
    };
    let own = |server: &Node| OWN.iter().any(|name| server.member(name).is_some());
    is_by_name(file) || servers.iter().any(|server| own(&server.node))
}

/// Claude Code has a `settings.json` too.
fn is_by_name(file: &Path) -> bool {
    let settings = file.ends_with("settings.json") && !file.ends_with(".claude/settings.json");
    settings || file.ends_with("gemini-extension.json")
}

fn servers<'n>(whole: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let Some(mut root) = whole.fields(reading) else {
        return Vec::new();
    };
    let Some(table) = root.take("mcpServers", reading) else {
        return Vec::new();
    };
    let mut servers = server::members(&table, reading);
    let mcp = root.take("mcp", reading);
    if let Some(mut mcp) = mcp.and_then(|mcp| mcp.fields(reading)) {
        let mut names = |name| mcp.take(name, reading).and_then(|list| list.words(reading));
        let (allowed, excluded) = (names("allowed"), names("excluded").unwrap_or_default());
        let is_on = |name: &String| {
            allowed
                .as_ref()
                .is_none_or(|allowed| allowed.contains(name))
                && !excluded.contains(name)
        };
        servers.retain(|server| {
            let is_on = is_on(&server.name);
            if !is_on {
                reading.warn(
                    &server.field,
                    "is disabled by `mcp.allowed` or `mcp.excluded`",
                );
            }
            is_on
        });
    }
    servers
}

fn transport(
    fields: &mut Fields<'_>,
    options: &mut Options,
    reading: &mut Reading<'_>,
) -> Option<Transport> {
    if let Some(timeout) = fields.take("timeout", reading) {
        options.timeout = options::number_of(&timeout, Duration::from_millis(1), reading);
    }
    if let Some(tools) = fields.take("includeTools", reading) {
        options::allow(&tools, options, reading);
    }
    if let Some(tools) = fields.take("excludeTools", reading) {
        options::deny(&tools, options, reading);
    }
    SHAPE.read(fields, reading)
}
