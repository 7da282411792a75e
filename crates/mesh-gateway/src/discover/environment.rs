//! Servers in variables: `MCP_SERVERS=a,b-c` names them, and `MCP_B_C_COMMAND` and its like say how one is reached.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::Told;
use crate::entry::Place;
use crate::source::{self, Note, Read};

const PLACE: &str = "environment";
const NAMES: &str = "MCP_SERVERS";

type Variables<'a> = dyn Fn(&str) -> Option<String> + Send + Sync + 'a;

/// `None` where there is no list of servers.
pub(super) fn read(variables: &Variables<'_>) -> Option<Told> {
    let names = variables(NAMES)?;
    let mut read = Read::default();
    let mut prefixes: Vec<(String, &str)> = Vec::new();
    for name in names.split(',').map(str::trim) {
        let prefix = prefix(name);
        let taken = prefixes.iter().find(|(known, _)| *known == prefix);
        match taken {
            _ if name.is_empty() => {}
            Some((_, other)) if *other == name => {
                let told = format!("`{name}` is there twice");
                read.warnings.push(note(NAMES, told));
            }
            Some((_, other)) => {
                let told = format!(
                    "the variables of `{name}` are those of `{other}`, `{prefix}_…`: rename one of them"
                );
                read.faults.push(note(NAMES, told));
            }
            None => {
                one(name, &prefix, variables, &mut read);
                prefixes.push((prefix, name));
            }
        }
    }
    Some(Told {
        place: PathBuf::from(PLACE),
        read: Ok(read),
    })
}

/// A name as its variables begin: in capital letters, with `_` for what can be in no name of a variable.
fn prefix(name: &str) -> String {
    let mark = |c: char| match c.is_ascii_alphanumeric() {
        true => c.to_ascii_uppercase(),
        false => '_',
    };
    format!("MCP_{}", name.chars().map(mark).collect::<String>())
}

fn one(name: &str, prefix: &str, variables: &Variables<'_>, read: &mut Read) {
    let value = |member: &str| variables(&format!("{prefix}_{member}"));
    let mut server = Map::from_iter([("name".to_owned(), name.into())]);
    match (value("COMMAND"), value("ENDPOINT")) {
        (Some(command), None) => match words(&command, value("ARGS").as_deref()) {
            Ok((program, args)) => {
                server.insert("command".to_owned(), program.into());
                server.insert("args".to_owned(), args.into());
            }
            Err((member, told)) => {
                read.faults.push(note(&format!("{prefix}_{member}"), told));
                return;
            }
        },
        (None, Some(endpoint)) => {
            if value("ARGS").is_some() {
                let told = format!("has no effect beside `{prefix}_ENDPOINT`");
                read.warnings.push(note(&format!("{prefix}_ARGS"), told));
            }
            server.insert("endpoint".to_owned(), endpoint.into());
        }
        (found, _) => {
            let told = match found {
                Some(_) => format!(
                    "`{name}` has `{prefix}_COMMAND` and `{prefix}_ENDPOINT`: keep the one that is meant"
                ),
                None => format!("`{name}` needs `{prefix}_COMMAND` or `{prefix}_ENDPOINT`"),
            };
            read.faults.push(note(NAMES, told));
            return;
        }
    }
    if let Some(protocol) = value("PROTOCOL") {
        server.insert("protocol".to_owned(), protocol.into());
    }
    let one = source::read_value(Path::new(PLACE), json!({"mcp": {"servers": [server]}}));
    let named = |note: Note| Note {
        key: variable(prefix, &note.key),
        ..note
    };
    read.entries.extend(one.entries);
    read.warnings.extend(one.warnings.into_iter().map(named));
    read.faults.extend(one.faults.into_iter().map(named));
}

/// The variable that holds a member.
fn variable(prefix: &str, key: &str) -> String {
    let member = key.strip_prefix("mcp.servers[0]").unwrap_or_default();
    match member.strip_prefix('.') {
        Some(member) => {
            let member: String = member
                .chars()
                .take_while(char::is_ascii_alphabetic)
                .collect();
            format!("{prefix}_{}", member.to_ascii_uppercase())
        }
        None => NAMES.to_owned(),
    }
}

/// A command line, and the arguments after it: words as a shell has them, or JSON. No shell is started.
fn words(
    command: &str,
    args: Option<&str>,
) -> Result<(String, Vec<Value>), (&'static str, String)> {
    let unclosed = || "a quotation mark in it is not closed".to_owned();
    let mut words = shlex::split(command)
        .ok_or_else(|| ("COMMAND", unclosed()))?
        .into_iter();
    let program = words
        .next()
        .ok_or_else(|| ("COMMAND", "it names no program".to_owned()))?;
    let more = match args {
        Some(list) if list.trim_start().starts_with('[') => {
            serde_json::from_str(list).map_err(|_| {
                (
                    "ARGS",
                    "it begins as a list in JSON, and is none of texts".to_owned(),
                )
            })?
        }
        Some(args) => shlex::split(args).ok_or_else(|| ("ARGS", unclosed()))?,
        None => Vec::new(),
    };
    Ok((program, words.chain(more).map(Value::from).collect()))
}

fn note(key: &str, told: String) -> Note {
    Note {
        place: Place {
            file: PathBuf::from(PLACE),
            line: 0,
        },
        key: key.to_owned(),
        told,
    }
}
