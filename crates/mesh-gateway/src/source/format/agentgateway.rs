//! AgentGateway: the targets of every `mcp` in a file, wherever it stands; and of 2025 `targets.mcp`, which Elf's files have
//! too, with `http` beside its ways.

use std::path::Path;

use super::super::field::{Field, Fields};
use super::super::node::{Node, Value};
use super::super::reading::Reading;
use super::super::server::{self, Server};
use super::super::transport::{Shape, USUAL};
use super::Format;
use crate::entry::{Options, Protocol, Remote, Transport};
use crate::template::{Dialect, Template};

pub(super) const FORMAT: Format = Format {
    knows,
    servers,
    transport,
};

/// The ways to a target, of which it has one.
const WAYS: [&str; 5] = ["stdio", "mcp", "sse", "http", "openapi"];

const SHAPE: Shape = Shape {
    dialect: Dialect::Dollar,
    command: "cmd",
    addresses: &[],
    ..USUAL
};

fn knows(_: &Path, root: &Node) -> bool {
    old(root).is_some() || has_targets(root)
}

fn old(root: &Node) -> Option<&Node> {
    root.member("targets")
        .and_then(|targets| targets.member("mcp"))
}

fn has_targets(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(has_targets),
        Value::Table(members) => members.iter().any(|member| {
            (member.name == "mcp" && member.node.member("targets").is_some())
                || has_targets(&member.node)
        }),
        _ => false,
    }
}

fn servers<'n>(whole: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let mut servers = Vec::new();
    collect(whole, &mut servers, reading);
    servers
}

/// Adds the targets that stand anywhere in `field`.
fn collect<'n>(field: &Field<'n>, servers: &mut Vec<Server<'n>>, reading: &mut Reading<'_>) {
    match &field.node.value {
        Value::List(_) => {
            for item in field.items(reading).unwrap_or_default() {
                collect(&item, servers, reading);
            }
        }
        Value::Table(_) => {
            for member in field.members(reading).unwrap_or_default() {
                match (field.name, member.name) {
                    ("mcp", "targets") | ("targets", "mcp") => {
                        servers.extend(server::items(&member, reading));
                    }
                    (_, "policies") => server::without_effect(&member, reading),
                    _ => collect(&member, servers, reading),
                }
            }
        }
        _ => {}
    }
}

fn transport(
    fields: &mut Fields<'_>,
    _: &mut Options,
    reading: &mut Reading<'_>,
) -> Option<Transport> {
    let ways = WAYS.iter().filter_map(|way| fields.take(way, reading));
    let ways: Vec<_> = ways.collect();
    let [way] = ways.as_slice() else {
        fields.fault(
            "it must have one way to its target: `stdio`, `mcp` or `sse`",
            reading,
        );
        return None;
    };
    let mut inner = way.fields(reading)?;
    let transport = match way.name {
        "stdio" => {
            // No child is given our environment.
            inner.take("clear_env", reading);
            SHAPE.read(&mut inner, reading)
        }
        "mcp" => remote(&mut inner, Protocol::Streamable, reading),
        "sse" => remote(&mut inner, Protocol::Sse, reading),
        "http" => remote(&mut inner, Protocol::Either, reading),
        _ => {
            reading.fault(way, "an OpenAPI document is no MCP server: put one before it, and write its address under `mcp`");
            return None;
        }
    };
    if transport.is_some() {
        server::not_understood(&inner, reading);
    }
    transport
}

fn remote(
    fields: &mut Fields<'_>,
    protocol: Protocol,
    reading: &mut Reading<'_>,
) -> Option<Transport> {
    Some(Transport::Http(Remote {
        url: address(fields, reading)?,
        headers: Default::default(),
        protocol,
    }))
}

/// `url`, `host` as a whole address, or `host`, `port` and `path` together.
fn address(fields: &mut Fields<'_>, reading: &mut Reading<'_>) -> Option<Template> {
    let mut take = |name| fields.take(name, reading);
    let (url, host, port, path) = (take("url"), take("host"), take("port"), take("path"));
    match (url.or(host), port, path) {
        (Some(url), None, None) => SHAPE.url(&url, reading),
        (Some(host), Some(port), Some(path)) if !host.word(reading)?.contains("://") => {
            let (host, port, path) = (
                host.word(reading)?,
                port.word(reading)?,
                path.word(reading)?,
            );
            let address = format!("http://{host}:{port}/{}", path.trim_start_matches('/'));
            Some(Template::parse(&address, SHAPE.dialect))
        }
        _ => {
            let told = "it must have a `host` such as `https://mcp.example.com/mcp`, or a `host`, a `port` and a `path`";
            fields.fault(told, reading);
            None
        }
    }
}
