use std::collections::BTreeSet;
use std::time::Duration;

use mesh_gateway::entry::{Command, Protocol, Transport};
use mesh_gateway::lock::Locked;
use mesh_gateway::{Entry, Fault, awaits_approval};

use super::Plan;
use crate::exit::{Exit, Failure};
use crate::terminal;

pub(super) fn run(plan: &Plan) -> Result<Exit, Failure> {
    let lock = plan.lock()?;
    let closed = want_a_login(plan)?;
    for entry in plan.entries() {
        let waits = awaits_approval(&lock, entry);
        let approved = match (waits, lock.upstream(&entry.name)) {
            (Some(why), _) => why,
            (None, None) => "not in the lock".to_owned(),
            (None, Some(Err(broken))) => broken.to_string(),
            (None, Some(Ok(locked))) if !locked.allows(entry) => {
                "it is started otherwise than was approved".to_owned()
            }
            (None, Some(Ok(locked))) => offered(locked),
        };
        let found = entry.found_by.map_or_else(String::new, |source| {
            format!("found by `{}`, ", source.as_str())
        });
        let team = entry.options.team.as_deref().unwrap_or("everybody");
        let login = match closed.contains(&entry.name) {
            true => format!("; {}", Fault::Login),
            false => String::new(),
        };
        terminal::print(&format!(
            "{}: {}; for {team}; {approved}{login} ({found}{})",
            entry.name,
            reached(entry),
            entry.place
        ))?;
    }
    Ok(plan.exit())
}

/// The servers at an address that are shown nothing and want a person's login. The others are not asked.
fn want_a_login(plan: &Plan) -> anyhow::Result<BTreeSet<String>> {
    const TIMEOUT: Duration = Duration::from_secs(5);
    let shows_nothing = |entry: &Entry| match &entry.transport {
        Transport::Stdio(_) => false,
        Transport::Http(remote) => {
            let options = &entry.options;
            remote.headers.is_empty() && options.oauth.is_none() && options.sign.is_none()
        }
    };
    let (mut entries, _) = plan.startable()?;
    entries.retain(shows_nothing);
    if entries.is_empty() {
        return Ok(BTreeSet::new());
    }
    plan.tried_for(TIMEOUT, entries, |gateway| {
        let stats = gateway.stats().into_iter();
        let closed = stats.filter(|stats| matches!(&stats.fault, Some((_, Fault::Login))));
        closed.map(|stats| stats.name).collect()
    })
}

fn offered(locked: &Locked) -> String {
    format!(
        "in the lock: tools {}, prompts {}, resources {}, templates {}",
        locked.tools.len(),
        locked.prompts.len(),
        locked.resources.len(),
        locked.templates.len()
    )
}

/// As it is written: a variable by its name.
fn reached(entry: &Entry) -> String {
    match &entry.transport {
        Transport::Stdio(command) if entry.needs_approval() => whole(command),
        Transport::Stdio(command) => format!("starts `{}`", command.program.as_written()),
        Transport::Http(remote) => {
            let protocol = match remote.protocol {
                Protocol::Sse => "HTTP+SSE",
                Protocol::Streamable | Protocol::Either => "HTTP",
            };
            format!("{protocol} at {}", remote.url.as_written())
        }
    }
}

/// All that a person approves: every word, and of variables the names.
fn whole(command: &Command) -> String {
    let words = std::iter::once(&command.program).chain(&command.args);
    let words: Vec<_> = words.map(|word| quoted(word.as_written())).collect();
    let mut told = format!("starts `{}`", words.join(" "));
    if !command.env.is_empty() {
        let names: Vec<_> = command.env.keys().map(|name| quoted(name)).collect();
        told.push_str(&format!(" with {}", names.join(", ")));
    }
    if let Some(folder) = &command.cwd {
        told.push_str(&format!(" in {}", quoted(folder.as_written())));
    }
    told
}

/// A word with other marks than those of plain words in quotation marks, and nothing in it that a terminal would obey.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=,+%${}~".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("{word:?}"),
    }
}
