//! The lock as TOML. Upstreams and what they offer stand in lists, so that a name can be seen to be there twice.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::{Broken, Given, Item, Kind, LockFaults, Locked, Start};
use crate::entry::Protocol;

const VERSION: i64 = 1;
const HEAD: &str = "\
# How upstreams start and what they offer, as it was approved.
# Read `mesh upstream diff`, then change it by `mesh upstream approve`.

";

type Upstreams = BTreeMap<String, Result<Locked, Broken>>;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: i64,
    #[serde(default)]
    upstream: Vec<Upstream>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Upstream {
    name: String,
    /// Why nothing of it is approved; there is nothing else then.
    broken: Option<String>,
    command: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    args: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    env: Vec<String>,
    cwd: Option<String>,
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    headers: Vec<String>,
    protocol: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    variables: BTreeSet<String>,
    #[serde(rename = "tokenUrl")]
    token_url: Option<String>,
    sign: Option<String>,
    team: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tool: Vec<Definition>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    prompt: Vec<Definition>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resource: Vec<Definition>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    template: Vec<Definition>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    name: String,
    sha256: String,
    definition: String,
}

/// A lock is read at each start, and nearly always nothing is wrong with it: where something is, it is looked for.
pub(super) fn parse(text: &str) -> Result<Upstreams, LockFaults> {
    match sound(text) {
        Some(upstreams) => Ok(upstreams),
        None => parse_piecemeal(text),
    }
}

/// A text of which every part is as it should be.
fn sound(text: &str) -> Option<Upstreams> {
    let file: File = toml::from_str(text).ok()?;
    let count = file.upstream.len();
    let upstreams = file.upstream.into_iter().map(|mut upstream| {
        let name = std::mem::take(&mut upstream.name);
        (name, upstream.locked())
    });
    let upstreams: Upstreams = upstreams.collect();
    (file.version == VERSION && upstreams.len() == count).then_some(upstreams)
}

pub(super) fn parse_piecemeal(text: &str) -> Result<Upstreams, LockFaults> {
    let mut file: Table = toml::from_str(text).map_err(|error| unreadable(&error, text))?;
    match file.remove("version") {
        Some(Value::Integer(VERSION)) => {}
        _ => return Err(one(format!("its `version` must be {VERSION}"))),
    }
    let upstreams = match file.remove("upstream") {
        None => Vec::new(),
        Some(Value::Array(upstreams)) => upstreams,
        Some(_) => return Err(one("`upstream` must be a list of tables".to_owned())),
    };
    let unknown = file
        .keys()
        .map(|name| format!("{name:?} is nothing that a lock has"));
    let mut faults: Vec<_> = unknown.collect();
    let mut read = Upstreams::new();
    for (nth, upstream) in upstreams.into_iter().enumerate() {
        match upstream
            .get("name")
            .and_then(Value::as_str)
            .map(str::to_owned)
        {
            Some(name) => add(&mut read, name, upstream),
            None => faults.push(format!("upstream {} has no name", nth + 1)),
        }
    }
    match faults.is_empty() {
        true => Ok(read),
        false => Err(LockFaults(faults)),
    }
}

fn unreadable(error: &toml::de::Error, text: &str) -> LockFaults {
    let before = error
        .span()
        .and_then(|span| text.get(..span.start))
        .unwrap_or_default();
    let line = 1 + before.matches('\n').count();
    one(format!("line {line}: {}", error.message()))
}

fn one(fault: String) -> LockFaults {
    LockFaults(vec![fault])
}

fn add(read: &mut Upstreams, name: String, upstream: Value) {
    let locked = upstream.try_into::<Upstream>();
    let locked = locked.map_err(|error| Broken(error.message().to_owned()));
    let locked = locked.and_then(Upstream::locked);
    read.entry(name)
        .and_modify(|locked| *locked = Err(Broken("it is there twice".to_owned())))
        .or_insert(locked);
}

impl Upstream {
    fn locked(self) -> Result<Locked, Broken> {
        if let Some(why) = self.broken {
            return Err(Broken(why));
        }
        Ok(Locked {
            start: self.start()?,
            given: Given {
                variables: self.variables,
                token_url: self.token_url,
                sign: self.sign,
                team: self.team,
            },
            tools: items(Kind::Tool, self.tool)?,
            prompts: items(Kind::Prompt, self.prompt)?,
            resources: items(Kind::Resource, self.resource)?,
            templates: items(Kind::Template, self.template)?,
        })
    }

    fn start(&self) -> Result<Start, Broken> {
        match (self.command.clone(), self.url.clone()) {
            (Some(command), None) if self.headers.is_empty() && self.protocol.is_none() => {
                Ok(Start::Stdio {
                    command,
                    args: self.args.clone(),
                    env: self.env.iter().cloned().collect(),
                    cwd: self.cwd.clone(),
                })
            }
            (None, Some(url))
                if self.args.is_empty() && self.env.is_empty() && self.cwd.is_none() =>
            {
                Ok(Start::Http {
                    url,
                    headers: self.headers.iter().cloned().collect(),
                    protocol: protocol(self.protocol.as_deref())?,
                })
            }
            _ => Err(Broken(
                "it must have a `command` or a `url`, and what goes with it".to_owned(),
            )),
        }
    }

    fn of(name: &str, locked: &Result<Locked, Broken>) -> Self {
        let upstream = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        match locked {
            Ok(locked) => Self {
                tool: definitions(&locked.tools),
                prompt: definitions(&locked.prompts),
                resource: definitions(&locked.resources),
                template: definitions(&locked.templates),
                variables: locked.given.variables.clone(),
                token_url: locked.given.token_url.clone(),
                sign: locked.given.sign.clone(),
                team: locked.given.team.clone(),
                ..upstream.with(&locked.start)
            },
            Err(Broken(why)) => Self {
                broken: Some(why.clone()),
                ..upstream
            },
        }
    }

    fn with(self, start: &Start) -> Self {
        match start.clone() {
            Start::Stdio {
                command,
                args,
                env,
                cwd,
            } => Self {
                command: Some(command),
                args,
                env: env.into_iter().collect(),
                cwd,
                ..self
            },
            Start::Http {
                url,
                headers,
                protocol,
            } => Self {
                url: Some(url),
                headers: headers.into_iter().collect(),
                protocol: written(protocol).map(str::to_owned),
                ..self
            },
        }
    }
}

fn protocol(written: Option<&str>) -> Result<Protocol, Broken> {
    match written {
        None => Ok(Protocol::Either),
        Some("streamable") => Ok(Protocol::Streamable),
        Some("sse") => Ok(Protocol::Sse),
        Some(_) => Err(Broken(
            "its `protocol` is neither `streamable` nor `sse`".to_owned(),
        )),
    }
}

const fn written(protocol: Protocol) -> Option<&'static str> {
    match protocol {
        Protocol::Either => None,
        Protocol::Streamable => Some("streamable"),
        Protocol::Sse => Some("sse"),
    }
}

/// In the order of their names, each as its digest says.
fn items(kind: Kind, definitions: Vec<Definition>) -> Result<Vec<Item>, Broken> {
    let mut items = BTreeMap::new();
    for definition in definitions {
        let name = definition.name.escape_debug().to_string();
        let of = |why: String| Broken(format!("{kind} `{name}`: {why}"));
        let item = Item::new(kind, definition.definition).map_err(|error| of(error.to_string()))?;
        if item.name() != definition.name || item.sha256() != definition.sha256 {
            return Err(of(
                "its name or digest is not that of its definition".to_owned()
            ));
        }
        if items.insert(definition.name, item).is_some() {
            return Err(of("it is there twice".to_owned()));
        }
    }
    Ok(items.into_values().collect())
}

fn definitions(items: &[Item]) -> Vec<Definition> {
    let mut items: Vec<_> = items.iter().collect();
    items.sort_by_key(|item| item.name());
    let definition = |item: &Item| Definition {
        name: item.name().to_owned(),
        sha256: item.sha256().to_owned(),
        definition: item.definition().to_string(),
    };
    items.into_iter().map(definition).collect()
}

pub(super) fn write(upstreams: &Upstreams) -> String {
    let file = File {
        version: VERSION,
        upstream: upstreams
            .iter()
            .map(|(name, locked)| Upstream::of(name, locked))
            .collect(),
    };
    let written = toml::to_string_pretty(&file).expect("texts and lists of them");
    format!("{HEAD}{written}")
}
