use anyhow::Context as _;
use mesh_gateway::lock::{self, Lock, Locked};
use mesh_gateway::{Entry, Gateway, locked};

use super::{Plan, Waiting};
use crate::exit::{Exit, Failure};
use crate::terminal;

/// Of one server: what it offers, or why that is not known.
type Offered = Result<(Locked, Vec<String>), String>;

/// Says what differs from the lock. Nothing is written.
pub(super) fn diff(plan: &Plan) -> Result<Exit, Failure> {
    let lock = plan.lock()?;
    let mut exit = plan.exit();
    let (entries, waiting) = plan.startable()?;
    for Waiting { entry, why } in &waiting {
        exit = warned(exit);
        terminal::print(&format!("{}: not started: {why}", entry.name))?;
    }
    for (entry, offered) in offered(plan, entries)? {
        match changes(&lock, &entry, offered) {
            Ok(changes) if changes.is_empty() => {}
            Ok(changes) => {
                exit = warned(exit);
                for change in changes {
                    terminal::print(&format!("{}: {change}", entry.name))?;
                }
            }
            Err(why) => {
                exit = Exit::Failed;
                terminal::error(&format!("{}: {why}", entry.name));
            }
        }
    }
    Ok(exit)
}

fn warned(exit: Exit) -> Exit {
    match exit {
        Exit::Done => Exit::Warned,
        exit => exit,
    }
}

fn changes(lock: &Lock, entry: &Entry, offered: Offered) -> Result<Vec<String>, String> {
    let (is, notes) = offered?;
    let mut changes = match lock.upstream(&entry.name) {
        Some(Ok(was)) => lock::diff(was, &is)
            .iter()
            .map(ToString::to_string)
            .collect(),
        Some(Err(broken)) => vec![broken.to_string()],
        None => vec![format!(
            "it is not in the lock; it offers tools {}",
            is.tools.len()
        )],
    };
    changes.extend(notes);
    Ok(changes)
}

/// Puts into the lock how these servers start and what they offer now.
pub(super) fn run(plan: &Plan, names: &[String]) -> Result<Exit, Failure> {
    let known = |name: &String| plan.entries().iter().any(|entry| entry.name == *name);
    let unknown: Vec<_> = names.iter().filter(|name| !known(name)).collect();
    if !unknown.is_empty() {
        let told = unknown
            .iter()
            .map(|name| format!("no server is called `{name}`"));
        return Err(Failure::Usage(told.collect()));
    }
    let is_wanted = |entry: &&Entry| names.is_empty() || names.contains(&entry.name);
    let entries: Vec<_> = plan.entries().iter().filter(is_wanted).cloned().collect();
    let mut lock = plan.lock()?;
    let mut exit = plan.exit();
    for (entry, offered) in offered(plan, entries)? {
        match offered {
            Ok((is, notes)) => {
                for note in notes {
                    terminal::note(&format!("warning: {}: {note}", entry.name));
                }
                terminal::print(&format!(
                    "{}: approved, tools {}",
                    entry.name,
                    is.tools.len()
                ))?;
                lock.approve(&entry.name, is);
            }
            Err(why) => {
                exit = Exit::Failed;
                terminal::error(&format!("{}: not approved: {why}", entry.name));
            }
        }
    }
    let name = plan.lock_file.display();
    lock.save(&plan.lock_file)
        .with_context(|| format!("cannot write `{name}`"))?;
    Ok(exit)
}

fn offered(plan: &Plan, entries: Vec<Entry>) -> anyhow::Result<Vec<(Entry, Offered)>> {
    plan.tried(entries.clone(), |gateway| {
        entries
            .into_iter()
            .map(|entry| {
                let offered = of(gateway, &entry);
                (entry, offered)
            })
            .collect()
    })
}

fn of(gateway: &Gateway, entry: &Entry) -> Offered {
    let stats = gateway.stats();
    let fault = stats.iter().find(|stats| stats.name == entry.name);
    if let Some((_, fault)) = fault.and_then(|stats| stats.fault.as_ref()) {
        return Err(fault.to_string());
    }
    let heard = gateway.heard(&entry.name);
    heard
        .map(|heard| locked(entry, &heard))
        .ok_or_else(|| "nothing was heard of it".to_owned())
}
