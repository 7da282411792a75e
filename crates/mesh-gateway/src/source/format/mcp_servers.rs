//! `mcpServers`: Claude's files, and those of Cursor, Windsurf, Copilot, Cline and others who took the shape over, each with
//! a member or two of its own. All of them are read in all such files: people copy entries from one to the other.

use std::path::Path;

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

/// Windsurf has a name of its own for an address.
const ADDRESSES: &[(&str, Protocol)] =
    &[("url", Protocol::Either), ("serverUrl", Protocol::Either)];

/// Files that hold more than servers.
const SETTINGS: [&str; 3] = [
    ".claude.json",
    "claude_desktop_config.json",
    "settings.json",
];

fn knows(_: &Path, root: &Node) -> bool {
    let projects = root
        .member("projects")
        .and_then(Node::table)
        .unwrap_or_default();
    root.member("mcpServers").is_some()
        || projects
            .iter()
            .any(|project| project.node.member("mcpServers").is_some())
}

fn servers<'n>(whole: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let Some(mut root) = whole.fields(reading) else {
        return Vec::new();
    };
    let mut servers = Vec::new();
    if let Some(table) = root.take("mcpServers", reading) {
        servers.extend(server::members(&table, reading));
    }
    if let Some(projects) = root.take("projects", reading) {
        servers.extend(of_projects(&projects, reading));
    } else if !SETTINGS.iter().any(|name| reading.file.ends_with(name)) {
        for name in ["$schema", "inputs"] {
            root.take(name, reading);
        }
        server::not_understood(&root, reading);
    }
    servers
}

/// Claude Code's servers for one folder each, in which it starts them.
fn of_projects<'n>(projects: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let mut servers = Vec::new();
    for project in projects.members(reading).unwrap_or_default() {
        if reading
            .folder
            .is_some_and(|folder| folder != Path::new(project.name))
        {
            continue;
        }
        let Some(mut fields) = project.fields(reading) else {
            continue;
        };
        if let Some(table) = fields.take("mcpServers", reading) {
            let members = server::members(&table, reading).into_iter();
            servers.extend(members.map(|server| Server {
                folder: Some(project.name),
                ..server
            }));
        }
    }
    servers
}

fn transport(
    fields: &mut Fields<'_>,
    options: &mut Options,
    reading: &mut Reading<'_>,
) -> Option<Transport> {
    if let Some(tools) = fields.take("tools", reading)
        && tools.words(reading).is_some_and(|tools| tools != ["*"])
    {
        options::allow(&tools, options, reading);
    }
    if let Some(tools) = fields.take("disabledTools", reading) {
        options::deny(&tools, options, reading);
    }
    let shape = Shape {
        dialect: dialect(reading.file),
        addresses: ADDRESSES,
        ..USUAL
    };
    shape.read(fields, reading)
}

/// `$XDG_CONFIG_HOME/mcp/mcp.json` is written in opencode's manner.
fn dialect(file: &Path) -> Dialect {
    match file.ends_with("mcp/mcp.json") {
        true => Dialect::Braces,
        false => Dialect::General,
    }
}
