//! Zed: `context_servers` of its settings.

use super::super::field::{Field, Fields};
use super::super::reading::Reading;
use super::super::server::{self, Server};
use super::super::transport::{Shape, USUAL};
use super::Format;
use crate::entry::{Options, Transport};

pub(super) const FORMAT: Format = Format {
    knows: |_, root| root.member("context_servers").is_some(),
    servers,
    transport,
};

/// The command as Zed had it first: a table of its own.
const OLD: Shape = Shape {
    command: "path",
    addresses: &[],
    ..USUAL
};

fn servers<'n>(whole: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let root = whole.fields(reading);
    let table = root.and_then(|mut root| root.take("context_servers", reading));
    table
        .map(|table| server::members(&table, reading))
        .unwrap_or_default()
}

fn transport(
    fields: &mut Fields<'_>,
    _: &mut Options,
    reading: &mut Reading<'_>,
) -> Option<Transport> {
    if let Some(source) = fields.take("source", reading)
        && source.text(reading)? != "custom"
    {
        let told = "an extension of Zed starts it: to have it here, write its `command`, and `\"source\": \"custom\"`";
        reading.warn(&source, told);
        return None;
    }
    match fields.peek("command") {
        Some(command) if command.node.table().is_some() => {
            let mut command = fields.take("command", reading)?.fields(reading)?;
            let transport = OLD.read(&mut command, reading);
            if transport.is_some() {
                server::not_understood(&command, reading);
            }
            transport
        }
        _ => USUAL.read(fields, reading),
    }
}
