//! Codex: `[mcp_servers.NAME]` of its `config.toml`. It names variables instead of writing them into values.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::field::{Field, Fields};
use super::super::options;
use super::super::reading::Reading;
use super::super::server::{self, Server};
use super::super::transport::{Shape, USUAL, add_header};
use super::Format;
use crate::entry::{Options, Protocol, Transport};
use crate::template::Template;

pub(super) const FORMAT: Format = Format {
    knows: |_, root| root.member("mcp_servers").is_some(),
    servers,
    transport,
};

const SHAPE: Shape = Shape {
    addresses: &[("url", Protocol::Streamable)],
    ..USUAL
};

fn servers<'n>(whole: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let root = whole.fields(reading);
    let table = root.and_then(|mut root| root.take("mcp_servers", reading));
    table
        .map(|table| server::members(&table, reading))
        .unwrap_or_default()
}

fn transport(
    fields: &mut Fields<'_>,
    options: &mut Options,
    reading: &mut Reading<'_>,
) -> Option<Transport> {
    limits(fields, options, reading);
    if let Some(token) = fields.take("bearer_token", reading) {
        let told = "Codex takes no token in the file: name its variable in `bearer_token_env_var`";
        reading.fault(&token, told);
    }
    let mut transport = SHAPE.read(fields, reading)?;
    match &mut transport {
        Transport::Stdio(command) => variables(&mut command.env, fields, reading),
        Transport::Http(remote) => headers(&mut remote.headers, fields, reading),
    }
    Some(transport)
}

fn limits(fields: &mut Fields<'_>, options: &mut Options, reading: &mut Reading<'_>) {
    let second = Duration::from_secs(1);
    if let Some(field) = fields.take("startup_timeout_sec", reading) {
        let read = options::number_of(&field, second, reading);
        options.start_timeout = read.unwrap_or(options.start_timeout);
    }
    if let Some(field) = fields.take("tool_timeout_sec", reading) {
        options.timeout = options::number_of(&field, second, reading);
    }
    if let Some(field) = fields.take("enabled_tools", reading) {
        options::allow(&field, options, reading);
    }
    if let Some(field) = fields.take("disabled_tools", reading) {
        options::deny(&field, options, reading);
    }
}

/// Variables that are handed on under their own names.
fn variables(
    env: &mut BTreeMap<String, Template>,
    fields: &mut Fields<'_>,
    reading: &mut Reading<'_>,
) {
    let names = fields.take("env_vars", reading);
    let names = names
        .and_then(|names| names.list(reading, named))
        .unwrap_or_default();
    for (name, value) in names {
        env.entry(name).or_insert(value);
    }
}

/// The name of a variable, or a table with it.
fn named(item: &Field<'_>, reading: &mut Reading<'_>) -> Option<(String, Template)> {
    let name = match item.node.table() {
        Some(_) => item.fields(reading)?.take("name", reading),
        None => Some(item.clone()),
    };
    let Some(name) = name else {
        reading.fault(item, "it must name a variable");
        return None;
    };
    let value = variable("", &name, reading)?;
    Some((name.text(reading)?.to_owned(), value))
}

fn headers(
    headers: &mut BTreeMap<String, Template>,
    fields: &mut Fields<'_>,
    reading: &mut Reading<'_>,
) {
    if let Some(literal) = fields.take("http_headers", reading) {
        for (name, value) in SHAPE.headers(&literal, reading) {
            add_header(headers, &literal, &name, value, reading);
        }
    }
    if let Some(named) = fields.take("env_http_headers", reading) {
        for field in named.members(reading).unwrap_or_default() {
            if let Some(value) = variable("", &field, reading) {
                add_header(headers, &field, field.name, value, reading);
            }
        }
    }
    if let Some(field) = fields.take("bearer_token_env_var", reading)
        && let Some(value) = variable("Bearer ", &field, reading)
    {
        add_header(headers, &field, "Authorization", value, reading);
    }
}

/// The value of the variable that `field` names, with `before` it.
fn variable(before: &str, field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Template> {
    let name = field.text(reading)?;
    let template = Template::from(format!("{before}${{{name}}}").as_str());
    if template.names() != std::collections::BTreeSet::from([name]) {
        reading.fault(field, "it must name a variable, of `A-Z a-z 0-9 _`");
        return None;
    }
    Some(template)
}
