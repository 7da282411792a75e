//! How a server is reached: by a command, or at an address, and never both.

use std::collections::BTreeMap;

use http::HeaderName;

use super::field::{Field, Fields};
use super::reading::Reading;
use crate::entry::{Command, Protocol, Remote, Transport};
use crate::template::{Dialect, Template};

/// What the members mean that tell how a server is reached.
pub(super) struct Shape {
    pub(super) dialect: Dialect,
    /// The member that says which of them it is.
    pub(super) kind: &'static str,
    /// The member that holds the program.
    pub(super) command: &'static str,
    /// The members that hold an address, and what is spoken there where no `type` says so.
    pub(super) addresses: &'static [(&'static str, Protocol)],
    /// What is spoken where the kind is `http`.
    pub(super) http: Protocol,
}

/// What most files mean.
pub(super) const USUAL: Shape = Shape {
    dialect: Dialect::General,
    kind: "type",
    command: "command",
    addresses: &[("url", Protocol::Either)],
    http: Protocol::Streamable,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Process,
    Address(Protocol),
}

impl Shape {
    pub(super) fn read(
        &self,
        fields: &mut Fields<'_>,
        reading: &mut Reading<'_>,
    ) -> Option<Transport> {
        let kind = match fields.take(self.kind, reading) {
            Some(field) => Some(self.kind(&field, reading)?),
            None => None,
        };
        let command = fields.take(self.command, reading);
        let mut addresses = Vec::new();
        for (name, spoken) in self.addresses {
            let field = fields.take(name, reading);
            addresses.extend(field.map(|field| (field, *spoken)));
        }
        match (command, addresses.as_slice()) {
            (Some(command), []) if !matches!(kind, Some(Kind::Address(_))) => {
                without_effect(fields, &["headers"], self.command, reading);
                self.process(&command, fields, reading)
                    .map(Transport::Stdio)
            }
            (None, [(url, spoken)]) if kind != Some(Kind::Process) => {
                without_effect(fields, &["args", "env", "cwd"], url.name, reading);
                let protocol = match kind {
                    Some(Kind::Address(protocol)) => protocol,
                    _ => *spoken,
                };
                self.remote(url, protocol, fields, reading)
                    .map(Transport::Http)
            }
            (command, addresses) => {
                let addresses = addresses.iter().map(|(field, _)| field);
                fields.fault(
                    self.contradiction(command.iter().chain(addresses), kind),
                    reading,
                );
                None
            }
        }
    }

    fn kind(&self, field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
        Some(match field.text(reading)? {
            "stdio" | "local" => Kind::Process,
            "http" => Kind::Address(self.http),
            "streamable-http" | "streamableHttp" | "streamable_http" => {
                Kind::Address(Protocol::Streamable)
            }
            "sse" => Kind::Address(Protocol::Sse),
            other => {
                let told = format!("{other:?} is not spoken here: `stdio`, `http` and `sse` are");
                reading.fault(field, told);
                return None;
            }
        })
    }

    fn contradiction<'n>(
        &self,
        found: impl Iterator<Item = &'n Field<'n>>,
        kind: Option<Kind>,
    ) -> String {
        let found = found.map(|field| match field.line {
            0 => format!("`{}`", field.name),
            line => format!("`{}` (line {line})", field.name),
        });
        let found: Vec<_> = found.collect();
        let command = format!("a `{}`", self.command);
        let address = self
            .addresses
            .first()
            .map_or_else(String::new, |(name, _)| format!("a `{name}`"));
        let wanted = match kind {
            Some(Kind::Process) => command,
            Some(Kind::Address(_)) => address,
            None if address.is_empty() => command,
            None => format!("{command} or {address}"),
        };
        match found.as_slice() {
            [] => format!("it must have {wanted}, and has none"),
            [one] => format!(
                "its `{}` wants {wanted}, and it has {one}: change one of them",
                self.kind
            ),
            all => format!("it has {}: keep the one that is meant", all.join(" and ")),
        }
    }

    fn process(
        &self,
        command: &Field<'_>,
        fields: &mut Fields<'_>,
        reading: &mut Reading<'_>,
    ) -> Option<Command> {
        let program = self.template(command, reading)?;
        if program.as_written().trim().is_empty() {
            reading.fault(command, "it is empty: name the program to start");
        }
        let args = fields.take("args", reading);
        Some(Command {
            program,
            args: args
                .and_then(|args| self.args(&args, reading))
                .unwrap_or_default(),
            env: self.env(fields, reading),
            cwd: fields
                .take("cwd", reading)
                .and_then(|cwd| self.template(&cwd, reading)),
        })
    }

    pub(super) fn args(
        &self,
        field: &Field<'_>,
        reading: &mut Reading<'_>,
    ) -> Option<Vec<Template>> {
        field.list(reading, |item, reading| self.word(item, reading))
    }

    pub(super) fn env(
        &self,
        fields: &mut Fields<'_>,
        reading: &mut Reading<'_>,
    ) -> BTreeMap<String, Template> {
        let Some(env) = fields.take("env", reading) else {
            return BTreeMap::new();
        };
        let variables = env.members(reading).unwrap_or_default();
        let variables = variables.into_iter().filter_map(|field| {
            if field.name.is_empty() || field.name.contains(['=', '\0']) {
                reading.fault(&field, "no variable can have this name");
            }
            Some((field.name.to_owned(), self.word(&field, reading)?))
        });
        variables.collect()
    }

    fn remote(
        &self,
        url: &Field<'_>,
        protocol: Protocol,
        fields: &mut Fields<'_>,
        reading: &mut Reading<'_>,
    ) -> Option<Remote> {
        let headers = fields.take("headers", reading);
        Some(Remote {
            url: self.url(url, reading)?,
            headers: headers
                .map(|field| self.headers(&field, reading))
                .unwrap_or_default(),
            protocol,
        })
    }

    pub(super) fn url(&self, field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Template> {
        let url = self.template(field, reading)?;
        let beginning = url.beginning();
        let scheme = beginning.split_once("://");
        match scheme
            .map(|(scheme, _)| scheme.to_ascii_lowercase())
            .as_deref()
        {
            Some("http" | "https") => {}
            None if beginning != url.as_written() => {}
            Some(_) | None => {
                let told =
                    "it is not reached from here: it must begin with `https://` or `http://`";
                reading.fault(field, told);
            }
        }
        if has_user(url.as_written()) {
            let told =
                "an address is shown to people: write who you are into a header, not before `@`";
            reading.fault(field, told);
        }
        Some(url)
    }

    pub(super) fn headers(
        &self,
        field: &Field<'_>,
        reading: &mut Reading<'_>,
    ) -> BTreeMap<String, Template> {
        let mut headers = BTreeMap::new();
        for field in field.members(reading).unwrap_or_default() {
            if let Some(value) = self.word(&field, reading) {
                add_header(&mut headers, &field, field.name, value, reading);
            }
        }
        headers
    }

    pub(super) fn template(
        &self,
        field: &Field<'_>,
        reading: &mut Reading<'_>,
    ) -> Option<Template> {
        field
            .text(reading)
            .map(|text| Template::parse(text, self.dialect))
    }

    fn word(&self, field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Template> {
        field
            .word(reading)
            .map(|text| Template::parse(&text, self.dialect))
    }
}

fn has_user(url: &str) -> bool {
    let after = url.split_once("://").map_or("", |(_, after)| after);
    let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
    authority.contains('@')
}

/// Adds a header, which `field` asks for, unless it is there or can be no header.
pub(super) fn add_header(
    headers: &mut BTreeMap<String, Template>,
    field: &Field<'_>,
    name: &str,
    value: Template,
    reading: &mut Reading<'_>,
) {
    if HeaderName::try_from(name).is_err() {
        reading.fault(field, "no header can have this name");
    } else if headers.keys().any(|other| other.eq_ignore_ascii_case(name)) {
        reading.fault(
            field,
            format!("the header `{name}` is there already: keep one"),
        );
    } else {
        headers.insert(name.to_owned(), value);
    }
}

fn without_effect(
    fields: &mut Fields<'_>,
    names: &[&str],
    beside: &str,
    reading: &mut Reading<'_>,
) {
    for name in names {
        if let Some(field) = fields.take(name, reading) {
            reading.warn(&field, format!("has no effect beside `{beside}`"));
        }
    }
}
