//! `server.json`, as registries have it, in the names of 2025-12-11 and in those before 2025-09.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// What a server is, and in which ways it can be had.
#[derive(Debug, Deserialize)]
pub struct Server {
    /// As `io.github.owner/name`.
    pub name: String,
    pub version: String,
    #[serde(default)]
    pub(super) packages: Vec<Package>,
    #[serde(default)]
    pub(super) remotes: Vec<Remote>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Package {
    #[serde(alias = "registry_type")]
    pub(super) registry_type: String,
    #[serde(alias = "registry_base_url")]
    pub(super) registry_base_url: Option<String>,
    pub(super) identifier: String,
    pub(super) version: Option<String>,
    #[serde(alias = "runtime_hint")]
    pub(super) runtime_hint: Option<String>,
    #[serde(default, alias = "runtime_arguments")]
    pub(super) runtime_arguments: Vec<Input>,
    #[serde(default, alias = "package_arguments")]
    pub(super) package_arguments: Vec<Input>,
    #[serde(default, alias = "environment_variables")]
    pub(super) environment_variables: Vec<Input>,
    pub(super) transport: Option<Transport>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Transport {
    #[serde(rename = "type")]
    pub(super) kind: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Remote {
    #[serde(rename = "type", alias = "transport_type")]
    pub(super) kind: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) headers: Vec<Input>,
    #[serde(default)]
    pub(super) variables: BTreeMap<String, Input>,
}

/// A value that is given, or that somebody has to give: an argument, a variable, a header, or a part of one of those.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Input {
    /// Of an argument: `positional` or `named`.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) name: Option<String>,
    #[serde(alias = "value_hint")]
    pub(super) value_hint: Option<String>,
    pub(super) description: Option<String>,
    pub(super) value: Option<String>,
    pub(super) default: Option<Value>,
    pub(super) format: Option<String>,
    #[serde(alias = "is_required")]
    pub(super) is_required: bool,
    #[serde(alias = "is_secret")]
    pub(super) is_secret: bool,
    pub(super) variables: BTreeMap<String, Self>,
}

impl Input {
    /// Whether it is an argument that takes no value.
    pub(super) const fn is_flag(&self) -> bool {
        self.value.is_none()
            && self.default.is_none()
            && self.value_hint.is_none()
            && self.format.is_none()
    }
}
