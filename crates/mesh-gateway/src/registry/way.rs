//! How a server of a registry is had: at an address, or as a package of exactly one version.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::input::{Inputs, Needed};
use super::server::{Input, Package, Remote, Server};
use crate::source;

/// In this order the first that a server has is taken, where nobody says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Remote,
    /// `npx`.
    Npm,
    /// `uvx`.
    Pypi,
    /// `docker run`.
    Oci,
}

/// A server as an entry of `mcpServers`.
#[derive(Debug, PartialEq)]
pub struct Written {
    pub entry: Value,
    /// What has to be set before it can be started.
    pub needed: Vec<Needed>,
    /// What may be given, and is not.
    pub left_out: Vec<String>,
}

impl Way {
    pub const ALL: [Self; 4] = [Self::Remote, Self::Npm, Self::Pypi, Self::Oci];

    /// As registries call it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Remote => "remote",
            Self::Npm => "npm",
            Self::Pypi => "pypi",
            Self::Oci => "oci",
        }
    }

    const fn program(self) -> &'static str {
        match self {
            Self::Remote => "",
            Self::Npm => "npx",
            Self::Pypi => "uvx",
            Self::Oci => "docker",
        }
    }
}

impl Server {
    /// In which ways it can be had from here.
    #[must_use]
    pub fn ways(&self) -> Vec<Way> {
        let has = |way: &Way| match way {
            Way::Remote => !self.remotes.is_empty(),
            way => self.package(*way).is_some(),
        };
        Way::ALL.into_iter().filter(has).collect()
    }

    /// The part of its name that names it.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// Its entry, in the first way that it has or in the one that is wanted.
    ///
    /// # Errors
    /// Why it cannot be had so.
    pub fn written(&self, wanted: Option<Way>) -> Result<Written, String> {
        let ways = self.ways();
        let way = match wanted {
            Some(way) if ways.contains(&way) => way,
            Some(way) => {
                return Err(format!(
                    "it cannot be had as `{}`{}",
                    way.as_str(),
                    also(&ways)
                ));
            }
            None => *ways.first().ok_or_else(|| self.no_way())?,
        };
        let mut inputs = Inputs::default();
        let entry = match (way, self.remotes.first(), self.package(way)) {
            (Way::Remote, Some(remote), _) => at(remote, &mut inputs)?,
            (_, _, Some(package)) => started(way, package, &mut inputs)?,
            _ => return Err(self.no_way()),
        };
        understood(&entry)?;
        Ok(Written {
            entry,
            needed: inputs.needed,
            left_out: inputs.left_out,
        })
    }

    fn package(&self, way: Way) -> Option<&Package> {
        let mut packages = self.packages.iter();
        packages.find(|package| package.registry_type == way.as_str() && package.speaks_stdio())
    }

    fn no_way(&self) -> String {
        let kinds: Vec<_> = self
            .packages
            .iter()
            .map(|package| package.registry_type.as_str())
            .collect();
        let kinds = match kinds.is_empty() {
            true => String::new(),
            false => format!("; it has {}", kinds.join(", ")),
        };
        format!(
            "it has no address, and no package of npm, PyPI or for Docker that speaks over standard input and output{kinds}"
        )
    }
}

fn also(ways: &[Way]) -> String {
    let ways: Vec<_> = ways
        .iter()
        .map(|way| format!("`{}`", way.as_str()))
        .collect();
    match ways.is_empty() {
        true => String::new(),
        false => format!("; it can as {}", ways.join(", ")),
    }
}

/// As it will be read again: what is wrong with it is told now.
fn understood(entry: &Value) -> Result<(), String> {
    let read = source::read_value(Path::new("entry"), json!({"mcpServers": {"entry": entry}}));
    match read.faults.first() {
        None => Ok(()),
        Some(fault) => Err(format!("its entry would be wrong: {}", fault.told)),
    }
}

fn at(remote: &Remote, inputs: &mut Inputs) -> Result<Value, String> {
    let kind = match remote.kind.as_str() {
        "streamable-http" | "streamable" => "http",
        "sse" => "sse",
        other => return Err(format!("{other:?} is not spoken here")),
    };
    let url = inputs.filled(&remote.url, &remote.variables)?;
    if !url.starts_with("https://") {
        return Err("its address is not https".to_owned());
    }
    let mut entry = json!({"type": kind, "url": url});
    let headers = named(&remote.headers, inputs)?;
    if !headers.is_empty() {
        entry["headers"] = headers.into();
    }
    Ok(entry)
}

/// Values by their names.
fn named(given: &[Input], inputs: &mut Inputs) -> Result<Map<String, Value>, String> {
    let mut named = Map::new();
    for input in given {
        let name = input.name.as_deref().ok_or("a value in it has no name")?;
        if let Some(value) = inputs.value(input, name)? {
            named.insert(name.to_owned(), value.into());
        }
    }
    Ok(named)
}

fn started(way: Way, package: &Package, inputs: &mut Inputs) -> Result<Value, String> {
    package.is_from_the_usual_place(way)?;
    let before = arguments(&package.runtime_arguments, inputs)?;
    let env = named(&package.environment_variables, inputs)?;
    let after = arguments(&package.package_arguments, inputs)?;
    let mut args: Vec<String> = Vec::new();
    match way {
        Way::Npm if !before.iter().any(|arg| arg == "-y" || arg == "--yes") => {
            args.push("-y".to_owned())
        }
        Way::Oci => {
            let usual = ["run", "-i", "--rm"].map(str::to_owned);
            args.extend(usual);
            args.extend(env.keys().flat_map(|name| ["-e".to_owned(), name.clone()]));
        }
        _ => {}
    }
    let before = before
        .into_iter()
        .filter(|arg| way != Way::Oci || arg != "run");
    args.extend(before);
    args.push(package.pinned(way)?);
    args.extend(after);
    let mut entry = json!({"command": way.program(), "args": args});
    if !env.is_empty() {
        entry["env"] = env.into();
    }
    Ok(entry)
}

fn arguments(given: &[Input], inputs: &mut Inputs) -> Result<Vec<String>, String> {
    let mut arguments = Vec::new();
    for input in given {
        let name = input.name.as_deref();
        match (input.kind.as_deref(), name) {
            (Some("named"), Some(name)) => {
                if input.is_flag() && input.is_required {
                    arguments.push(name.to_owned());
                } else if let Some(value) = inputs.value(input, name)? {
                    arguments.extend([name.to_owned(), value]);
                }
            }
            (Some("named"), None) => return Err("an argument in it has no name".to_owned()),
            _ => {
                let hint = input.value_hint.as_deref().or(name).unwrap_or("argument");
                arguments.extend(inputs.value(input, hint)?);
            }
        }
    }
    Ok(arguments)
}

impl Package {
    fn speaks_stdio(&self) -> bool {
        self.transport
            .as_ref()
            .is_none_or(|transport| transport.kind == "stdio")
    }

    /// Another registry of packages, or another program than the usual one, is nothing that an entry says by itself.
    fn is_from_the_usual_place(&self, way: Way) -> Result<(), String> {
        let usual = match way {
            Way::Npm => "https://registry.npmjs.org",
            Way::Pypi => "https://pypi.org",
            _ => "https://docker.io",
        };
        let base = self
            .registry_base_url
            .as_deref()
            .map(|base| base.trim_end_matches('/'));
        if base.is_some_and(|base| base != usual) && way != Way::Oci {
            return Err("its package comes from another registry of packages than the usual one: write its entry yourself".to_owned());
        }
        match self.runtime_hint.as_deref() {
            Some(hint) if hint != way.program() => Err(format!(
                "it wants to be started by {hint:?}, and not by `{}`: write its entry yourself",
                way.program()
            )),
            _ => Ok(()),
        }
    }

    /// The package in one version, as its program takes it.
    fn pinned(&self, way: Way) -> Result<String, String> {
        let is_word = |text: &str| {
            let known = |c: char| c.is_ascii_alphanumeric() || "@/._:+~-".contains(c);
            text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@')
                && text.chars().all(known)
        };
        let version = self
            .version
            .as_deref()
            .filter(|version| !version.is_empty());
        if !is_word(&self.identifier) || !version.is_none_or(is_word) {
            return Err("the name or the version of its package is none".to_owned());
        }
        let unpinned =
            || "it names no exact version of its package: write its entry yourself".to_owned();
        let identifier = &self.identifier;
        match way {
            Way::Oci => {
                let last = identifier.rsplit('/').next().unwrap_or_default();
                let tag = last.rsplit_once([':', '@']).map(|(_, tag)| tag);
                match (tag, version) {
                    (Some(tag), _) if tag != "latest" => Ok(identifier.clone()),
                    (None, Some(version)) if version != "latest" => {
                        Ok(format!("{identifier}:{version}"))
                    }
                    _ => Err(unpinned()),
                }
            }
            _ => {
                let version = version
                    .filter(|version| is_exact(way, version))
                    .ok_or_else(unpinned)?;
                let between = if way == Way::Pypi { "==" } else { "@" };
                Ok(format!("{identifier}{between}{version}"))
            }
        }
    }
}

/// Whether it can be one version alone, and no range of them.
fn is_exact(way: Way, version: &str) -> bool {
    let parts: Vec<&str> = version.splitn(3, '.').collect();
    let is_number = |part: &&str| part.starts_with(|c: char| c.is_ascii_digit());
    parts.iter().all(is_number) && (way != Way::Npm || parts.len() == 3)
}
