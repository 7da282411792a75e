use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::{Args, ValueHint};
use mesh_app::config::{CredentialsAt, Variables};
use mesh_core::Secret;
use mesh_gateway::Entry;
use mesh_gateway::source::{self, Portable, Values};
use serde_json::Value;

use super::values::Folder;
use super::{Files, Plan};
use crate::exit::{Exit, Failure};
use crate::terminal;

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The servers [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// The file to write them into, with `mcpServers`; a new one is made
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Where values of `env` and headers go that are written out: `TEAM.env` or `global.env` in this folder [MESH_CREDENTIALS]
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    credentials: Option<PathBuf>,
    #[command(flatten)]
    files: Files,
}

impl Import {
    pub(super) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        let plan = Plan::read(self.files, variables)?;
        let file = self.file.as_path();
        let wanted = wanted(&self.names, file, &plan)?;
        let mut exit = plan.exit();
        if wanted.is_empty() {
            let told = format!("no server beside those of `{}`", file.display());
            terminal::print(&told)?;
            return Ok(exit);
        }
        let mut imported = Vec::new();
        for entry in wanted {
            match source::portable(entry, Values::Apart) {
                Ok(portable) => imported.push((entry, portable)),
                Err(why) => {
                    exit = Exit::Failed;
                    terminal::error(&format!("{} ({}): {why}", entry.name, entry.place));
                }
            }
        }
        if imported.is_empty() {
            return Err(anyhow!("no server was written").into());
        }
        let settings = plan.config.gateway.credentials.as_ref();
        let set = settings.and_then(CredentialsAt::folder);
        let folder = self.credentials.or_else(|| set.map(Path::to_owned));
        let folder = folder.map(Folder::new);
        keep(&imported, folder.as_ref())?;
        let servers = imported
            .iter()
            .map(|(entry, portable)| (entry.name.as_str(), &portable.entry));
        source::add_all(file, servers).map_err(|why| anyhow!("`{}`: {why}", file.display()))?;
        for (entry, portable) in &imported {
            tell(entry, portable, folder.as_ref())?;
        }
        let with = folder.map_or_else(String::new, |folder| {
            let folder = folder.path().to_string_lossy();
            format!("MESH_CREDENTIALS={} ", terminal::quoted(&folder))
        });
        terminal::print(&format!(
            "then: {with}mesh upstream check --upstreams {}",
            terminal::quoted(&file.to_string_lossy())
        ))?;
        Ok(exit)
    }
}

/// The servers that are not in the file yet.
fn wanted<'p>(names: &[String], file: &Path, plan: &'p Plan) -> Result<Vec<&'p Entry>, Failure> {
    let whole = |path: &Path| path.canonicalize().ok();
    let own = whole(file);
    let is_there = |entry: &&Entry| own.is_some() && whole(&entry.place.file) == own;
    let others: Vec<_> = plan
        .entries()
        .iter()
        .filter(|entry| !is_there(entry))
        .collect();
    let unknown: Vec<_> = names
        .iter()
        .filter(|name| others.iter().all(|entry| entry.name != **name))
        .map(|name| {
            format!(
                "no server is called `{name}`, beside those of `{}`",
                file.display()
            )
        })
        .collect();
    if !unknown.is_empty() {
        return Err(Failure::Usage(unknown));
    }
    let is_named = |entry: &&Entry| names.is_empty() || names.contains(&entry.name);
    Ok(others.into_iter().filter(is_named).collect())
}

/// Puts values where credentials are read from. They are in no other file from then on.
fn keep(imported: &[(&Entry, Portable)], folder: Option<&Folder>) -> Result<(), Failure> {
    let mut of_teams: BTreeMap<Option<&str>, BTreeMap<&str, &Secret>> = BTreeMap::new();
    for (entry, portable) in imported {
        let of_team = of_teams.entry(entry.options.team.as_deref()).or_default();
        for (name, value) in &portable.values {
            if of_team
                .insert(name, value)
                .is_some_and(|known| known.reveal() != value.reveal())
            {
                return Err(anyhow!("two servers would have the variable `{name}`: import one of them, rename the other").into());
            }
        }
    }
    of_teams.retain(|_, values| !values.is_empty());
    if of_teams.is_empty() {
        return Ok(());
    }
    let Some(folder) = folder else {
        let members = of_teams.values().map(BTreeMap::len).sum::<usize>();
        return Err(Failure::usage(format!(
            "values of `env` or headers that are written out: {members}. They may be secrets and are not copied: name a folder for \
             them with `--credentials FOLDER`"
        )));
    };
    for (team, values) in of_teams {
        folder
            .keep(team, &values)
            .context("the credentials are not kept")?;
    }
    Ok(())
}

fn tell(entry: &Entry, portable: &Portable, folder: Option<&Folder>) -> anyhow::Result<()> {
    let print = |text: String| terminal::print(&terminal::harmless(&text));
    print(format!("{}: from {}", entry.name, entry.place))?;
    print(format!("  {}", portable.entry))?;
    if !portable.values.is_empty() {
        let names: Vec<_> = portable.values.keys().map(String::as_str).collect();
        print(format!("  kept as credentials: {}", names.join(", ")))?;
    }
    let unset: Vec<_> = folder.map_or_else(Vec::new, |folder| {
        let known = folder.names(entry.options.team.as_deref());
        variables(&portable.entry)
            .into_iter()
            .filter(|name| !known.contains(name))
            .collect()
    });
    if !unset.is_empty() {
        print(format!("  set as credentials: {}", unset.join(", ")))?;
    }
    Ok(())
}

/// The variables without a default that an entry names.
fn variables(entry: &Value) -> Vec<String> {
    match entry {
        Value::String(text) => mesh_gateway::Template::from(text.as_str()).required(),
        Value::Array(items) => items.iter().flat_map(variables).collect(),
        Value::Object(members) => members.values().flat_map(variables).collect(),
        _ => Vec::new(),
    }
}
