//! Elf's own files: `mcp` as a list of servers, as `{"servers": […]}`, or as one server; or the whole file as one server.

use std::path::Path;

use super::super::field::{Field, Fields};
use super::super::node::{Node, Value};
use super::super::reading::Reading;
use super::super::server::{self, Server};
use super::super::transport::{Shape, USUAL};
use super::Format;
use crate::entry::{Options, Protocol, Transport};
use crate::template::Template;

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

/// A server that is registered by a file of its own says how it is started here.
const RUNTIME: Shape = Shape {
    addresses: &[],
    ..SHAPE
};

fn knows(_: &Path, root: &Node) -> bool {
    let is_reached = |server: &Node| {
        ["command", "endpoint", "runtime"]
            .iter()
            .any(|name| server.member(name).is_some())
    };
    match root.member("mcp") {
        Some(mcp) => match &mcp.value {
            Value::List(_) => true,
            Value::Table(_) => mcp.member("servers").is_some() || is_reached(mcp),
            _ => false,
        },
        None => root.member("name").is_some() && is_reached(root),
    }
}

fn servers<'n>(whole: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let root = whole.fields(reading);
    let Some(mcp) = root.and_then(|mut root| root.take("mcp", reading)) else {
        return server::named(whole.clone(), reading).into_iter().collect();
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
    let Some(runtime) = fields.take("runtime", reading) else {
        return SHAPE.read(fields, reading);
    };
    if let Some(protocol) = fields.take("protocol", reading)
        && protocol.text(reading)? != "stdio"
    {
        let told = "what is started by its `runtime` speaks over standard input and output: write `stdio`, or an `endpoint`";
        reading.fault(&protocol, told);
    }
    let mut inner = runtime.fields(reading)?;
    // What the program is written in.
    inner.take("type", reading);
    let folder = inner.take("workingDirectory", reading);
    let mut transport = RUNTIME.read(&mut inner, reading)?;
    server::not_understood(&inner, reading);
    if let Transport::Stdio(command) = &mut transport {
        if let Some(folder) = folder {
            command.cwd = RUNTIME.template(&folder, reading);
        }
        for (names, default) in [("requiredEnvironment", ""), ("optionalEnvironment", ":-")] {
            let names = fields.take(names, reading);
            let names = names.and_then(|names| names.words(reading));
            for name in names.unwrap_or_default() {
                let value = Template::from(format!("${{{name}{default}}}").as_str());
                command.env.entry(name).or_insert(value);
            }
        }
    }
    Some(transport)
}
