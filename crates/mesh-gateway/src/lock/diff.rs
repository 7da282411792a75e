//! What differs between what is approved and what there is, most important first.

mod definition;
mod prose;

use std::collections::BTreeMap;
use std::fmt;

use super::{Item, Kind, Locked, Start};
use crate::entry::Protocol;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub what: What,
    /// `None` where it is of the upstream itself.
    pub of: Option<(Kind, String)>,
}

/// What differs; in the order of what it can do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// How it is started: this member of it, as it is to be shown.
    Start {
        member: &'static str,
        was: String,
        is: String,
    },
    Added,
    Removed,
    /// Under another name it is what it was.
    Renamed {
        was: String,
    },
    ArgumentAdded(String),
    /// What it says of its own effects.
    Hint {
        hint: &'static str,
        is: bool,
    },
    /// An address in its texts that was not there.
    Address(String),
    /// Words in its texts that tell a model what to do, and were not there.
    Imperative(String),
    /// Characters in its texts that nobody sees, and were not there.
    Hidden,
    /// Something else than its texts, in this member.
    Definition(String),
    /// The texts alone.
    Wording,
}

/// All that differs.
#[must_use]
pub fn diff(was: &Locked, is: &Locked) -> Vec<Change> {
    let mut changes: Vec<_> = start(was, is).map(of_all).collect();
    for kind in Kind::ALL {
        let items = items(kind, was.items(kind), is.items(kind));
        changes.extend(items.into_iter().map(|(name, what)| Change {
            what,
            of: Some((kind, name)),
        }));
    }
    changes.sort();
    changes
}

const fn of_all(what: What) -> Change {
    Change { what, of: None }
}

fn start(was: &Locked, is: &Locked) -> impl Iterator<Item = What> {
    let (was, is) = (members(was), members(is));
    let names = [
        "command",
        "args",
        "env",
        "cwd",
        "url",
        "headers",
        "protocol",
        "variables",
        "tokenUrl",
        "sign",
        "team",
    ];
    names.into_iter().filter_map(move |member| {
        let text = |members: &BTreeMap<&str, String>| {
            members
                .get(member)
                .cloned()
                .unwrap_or_else(|| "nothing".to_owned())
        };
        let (was, is) = (text(&was), text(&is));
        (was != is).then_some(What::Start { member, was, is })
    })
}

/// As they are shown.
fn members(locked: &Locked) -> BTreeMap<&'static str, String> {
    let mut members = reached(&locked.start);
    members.extend(locked.given.members());
    members
}

fn reached(start: &Start) -> BTreeMap<&'static str, String> {
    match start {
        Start::Stdio {
            command,
            args,
            env,
            cwd,
        } => {
            let mut members = BTreeMap::from([
                ("command", list([command])),
                ("args", list(args)),
                ("env", list(env)),
            ]);
            members.extend(cwd.as_ref().map(|cwd| ("cwd", list([cwd]))));
            members
        }
        Start::Http {
            url,
            headers,
            protocol,
        } => BTreeMap::from([
            ("url", list([url])),
            ("headers", list(headers)),
            ("protocol", protocol_name(*protocol).to_owned()),
        ]),
    }
}

fn list<'t>(texts: impl IntoIterator<Item = &'t String>) -> String {
    let texts: Vec<_> = texts.into_iter().map(|text| format!("{text:?}")).collect();
    match texts.is_empty() {
        true => "nothing".to_owned(),
        false => texts.join(" "),
    }
}

const fn protocol_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Either => "either",
        Protocol::Streamable => "streamable HTTP",
        Protocol::Sse => "HTTP+SSE",
    }
}

/// With the name that each has now, or had.
fn items(kind: Kind, was: &[Item], is: &[Item]) -> Vec<(String, What)> {
    let mut removed: BTreeMap<_, _> = was.iter().map(|item| (item.name(), item)).collect();
    let mut added = Vec::new();
    let mut changes = Vec::new();
    for item in is {
        match removed.remove(item.name()) {
            Some(before) if before.sha256() == item.sha256() => {}
            Some(before) => {
                let whats = definition::changes(kind, &before.value(), &item.value());
                changes.extend(whats.into_iter().map(|what| (item.name().to_owned(), what)));
            }
            None => added.push(item),
        }
    }
    let mut bodies: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, item) in &removed {
        bodies
            .entry(definition::body(kind, item))
            .or_default()
            .push(name);
    }
    for item in added {
        let same = bodies
            .get_mut(&definition::body(kind, item))
            .and_then(Vec::pop);
        let what = match same {
            Some(was) => {
                removed.remove(was);
                What::Renamed {
                    was: was.to_owned(),
                }
            }
            None => What::Added,
        };
        changes.push((item.name().to_owned(), what));
    }
    let removed = removed.into_keys();
    changes.extend(removed.map(|name| (name.to_owned(), What::Removed)));
    changes
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((kind, name)) = &self.of {
            write!(f, "{kind} {name:?}: ")?;
        }
        match &self.what {
            What::Start { member, was, is } => write!(f, "`{member}` was {was}, and is {is}"),
            What::Added => f.write_str("is new"),
            What::Removed => f.write_str("is gone"),
            What::Renamed { was } => write!(f, "was {was:?}, and is the same otherwise"),
            What::ArgumentAdded(name) => write!(f, "takes a new argument {name:?}"),
            What::Hint { hint, is } => write!(f, "now says `{hint}` is {is}"),
            What::Address(address) => write!(f, "its text now has the address {address:?}"),
            What::Imperative(words) => write!(f, "its text now says {words:?}"),
            What::Hidden => f.write_str("its text now has characters that cannot be seen"),
            What::Definition(member) => write!(f, "its {member:?} is different"),
            What::Wording => f.write_str("is worded differently"),
        }
    }
}
