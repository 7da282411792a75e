//! From a server as a file has it to an entry.

mod contradiction;

use std::collections::BTreeMap;

use super::field::{Field, Fields, twice};
use super::format::Format;
use super::options;
use super::reading::Reading;
use crate::entry::{Entry, Options, Transport};
use crate::name;
use crate::template::Template;

/// A server as a file has it.
#[derive(Debug)]
pub(super) struct Server<'n> {
    pub(super) name: String,
    pub(super) field: Field<'n>,
    /// In which folder its command is started, where it does not say so itself. A file that has more than one may name a
    /// server in each.
    pub(super) folder: Option<&'n str>,
}

/// The members of `table`, which are servers.
pub(super) fn members<'n>(table: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let members = table.members(reading).unwrap_or_default();
    let server = |field: Field<'n>| Server {
        name: field.name.to_owned(),
        field,
        folder: None,
    };
    members.into_iter().map(server).collect()
}

/// The items of `list`, which are servers and have their name in a member.
pub(super) fn items<'n>(list: &Field<'n>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let items = list.items(reading).unwrap_or_default();
    items
        .into_iter()
        .filter_map(|item| named(item, reading))
        .collect()
}

/// A server that has its name in a member.
pub(super) fn named<'n>(field: Field<'n>, reading: &mut Reading<'_>) -> Option<Server<'n>> {
    let mut fields = field.fields(reading)?;
    let name = fields
        .take("name", reading)
        .or_else(|| fields.take("id", reading));
    let Some(name) = name else {
        reading.fault(&field, "it has no name: give it a `name`");
        return None;
    };
    Some(Server {
        name: name.text(reading)?.to_owned(),
        field,
        folder: None,
    })
}

pub(super) fn read(format: &Format, whole: &Field<'_>, reading: &mut Reading<'_>) {
    let servers = (format.servers)(whole, reading);
    for server in unique(servers, reading) {
        let entry = reading.whole(|reading| entry(format, &server, reading));
        reading.read.entries.extend(entry);
    }
}

/// Without those of which it cannot be told which is meant.
fn unique<'n>(servers: Vec<Server<'n>>, reading: &mut Reading<'_>) -> Vec<Server<'n>> {
    let mut named: BTreeMap<String, Vec<Server<'n>>> = BTreeMap::new();
    for server in servers {
        named.entry(server.name.clone()).or_default().push(server);
    }
    let mut unique: Vec<_> = named
        .into_values()
        .filter_map(|all| one(all, reading))
        .collect();
    unique.sort_by_key(|server| server.field.line);
    unique
}

fn one<'n>(servers: Vec<Server<'n>>, reading: &mut Reading<'_>) -> Option<Server<'n>> {
    let mut servers = servers.into_iter();
    let first = servers.next()?;
    let mut is_one = true;
    for other in servers {
        if other.folder == first.folder {
            reading.fault(&first.field, twice(other.field.line));
            is_one = false;
        } else {
            let line = first.field.line;
            let told = format!("has no effect: the server of this name in line {line} comes first");
            reading.warn(&other.field, told);
        }
    }
    is_one.then_some(first)
}

fn entry(format: &Format, server: &Server<'_>, reading: &mut Reading<'_>) -> Option<Entry> {
    let mut fields = server.field.fields(reading)?;
    if is_disabled(&mut fields, reading) {
        reading.warn(&server.field, "is disabled");
        return None;
    }
    if let Some(told) = unfit(&server.name) {
        reading.fault(&server.field, told);
    }
    for name in ["name", "id"] {
        // What an item of a list is called by, and what members of a table say of themselves.
        fields.take(name, reading);
    }
    let mut options = Options::default();
    let transport = (format.transport)(&mut fields, &mut options, reading);
    if let Some(mesh) = fields.take("mesh", reading) {
        options::read(&mesh, &mut options, reading);
    }
    let transport = transport?;
    if let Some(told) = contradiction::of(&transport, &options) {
        reading.fault(&server.field, told);
    }
    not_understood(&fields, reading);
    Some(Entry {
        name: server.name.clone(),
        place: reading.place(server.field.line),
        transport: in_folder(transport, server.folder),
        options,
        found_by: None,
    })
}

fn in_folder(mut transport: Transport, folder: Option<&str>) -> Transport {
    if let Transport::Stdio(command) = &mut transport
        && command.cwd.is_none()
    {
        command.cwd = folder.map(Template::literal);
    }
    transport
}

fn is_disabled(fields: &mut Fields<'_>, reading: &mut Reading<'_>) -> bool {
    let mut flag = |name| {
        fields
            .take(name, reading)
            .and_then(|field| field.flag(reading))
    };
    flag("disabled") == Some(true) || flag("enabled") == Some(false)
}

/// Why no upstream can have this name.
fn unfit(name: &str) -> Option<String> {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.');
    if name == name::RESERVED {
        return Some("this name is taken by the list of all servers: choose another".to_owned());
    }
    let is_fit = (1..=name::MAX_UPSTREAM).contains(&name.len())
        && name.chars().all(known)
        && name.trim() == name;
    (!is_fit).then(|| {
        format!(
            "the names of its tools begin with this name: choose one of at most {} characters of `A-Z a-z 0-9 _ - .`",
            name::MAX_UPSTREAM
        )
    })
}

/// Members that mean something to a client, and why they have no effect here.
const WITHOUT_EFFECT: [(&str, &str); 9] = [
    (
        "envFile",
        "no file of variables is read: write what it needs into `env`, as `${VAR}`",
    ),
    (
        "timeout",
        "clients differ on its unit: write `\"mesh\": {\"timeout\": \"30s\"}`",
    ),
    (
        "auth",
        "signing in is not supported: write a token into `headers`, as `${VAR}`",
    ),
    (
        "oauth",
        "signing in is not supported: write a token into `headers`, as `${VAR}`",
    ),
    (
        "headersHelper",
        "no command is run for a header: write it into `headers`, as `${VAR}`",
    ),
    ("health_check", "every upstream is checked in the same way"),
    (
        "rate_limiting",
        "limits are those of the callers' keys and teams",
    ),
    ("security", "who may use it is what the policy says"),
    (
        "policies",
        "no policy of another gateway is applied: who may use it is what our policy says",
    ),
];

/// Warns of what is left.
pub(super) fn not_understood(fields: &Fields<'_>, reading: &mut Reading<'_>) {
    for field in fields.rest() {
        without_effect(&field, reading);
    }
}

pub(super) fn without_effect(field: &Field<'_>, reading: &mut Reading<'_>) {
    let known = WITHOUT_EFFECT.iter().find(|(name, _)| field.name == *name);
    match known {
        Some((_, why)) => reading.warn(field, format!("has no effect: {why}")),
        None => reading.warn(field, "has no effect here"),
    }
}
