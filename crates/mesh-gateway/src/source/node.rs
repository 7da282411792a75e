//! What a file holds, whatever it is written in, each thing with its line.

pub(super) mod json;
mod toml;
#[cfg(feature = "yaml")]
mod yaml;

use std::path::Path;

use serde_json::{Map, Number};

/// Far above every file of servers; what clients keep beside theirs can be large.
const MAX_BYTES: usize = 32 << 20;

#[derive(Debug)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Null,
    Flag(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Table(Vec<Member>),
}

/// A name may stand in a table twice.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) node: Node,
}

/// Where a text cannot be read, and why.
pub(super) type Unreadable = Vec<(usize, String)>;

/// # Errors
/// What is wrong with it as JSON, TOML or YAML.
pub(super) fn parse(file: &Path, text: &str) -> Result<Node, Unreadable> {
    if text.len() > MAX_BYTES {
        return Err(vec![(1, "the file has more than 32 MiB".to_owned())]);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("json" | "jsonc" | "json5") => json::parse(text),
        Some("toml") => toml::parse(text),
        #[cfg(feature = "yaml")]
        Some("yaml" | "yml") => yaml::parse(text),
        #[cfg(not(feature = "yaml"))]
        Some("yaml" | "yml") => Err(vec![(
            1,
            "YAML is not read here: write the same as JSON".to_owned(),
        )]),
        // A comment of JSON begins with a slash.
        _ if text.trim_start().starts_with(['{', '/']) => json::parse(text),
        _ => toml::parse(text),
    }
}

impl Node {
    pub(super) fn table(&self) -> Option<&[Member]> {
        match &self.value {
            Value::Table(members) => Some(members),
            _ => None,
        }
    }

    /// What was never written in lines.
    pub(super) fn of(value: serde_json::Value) -> Self {
        let value = match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Flag(flag),
            serde_json::Value::Number(number) => Value::Number(number),
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(items) => {
                Value::List(items.into_iter().map(Self::of).collect())
            }
            serde_json::Value::Object(members) => {
                let member = |(name, value)| Member {
                    name,
                    line: 0,
                    node: Self::of(value),
                };
                Value::Table(members.into_iter().map(member).collect())
            }
        };
        Self { line: 0, value }
    }

    /// The first member of that name.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let mut members = self.table()?.iter();
        members
            .find(|member| member.name == name)
            .map(|member| &member.node)
    }

    /// As JSON; of members of one name the last.
    pub(super) fn json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Flag(flag) => (*flag).into(),
            Value::Number(number) => number.clone().into(),
            Value::Text(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(Self::json).collect(),
            Value::Table(members) => {
                let members = members.iter();
                let members = members.map(|member| (member.name.clone(), member.node.json()));
                serde_json::Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }
}

impl Value {
    /// With its article.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table of members",
        }
    }
}

/// From a byte of a text to its line.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    fn line(&self, at: usize) -> usize {
        1 + self.0.partition_point(|end| *end < at)
    }
}
