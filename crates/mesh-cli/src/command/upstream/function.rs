use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use mesh_gateway::lock::Lock;
use mesh_gateway::{Entry, refusals};

use super::Plan;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// For what a server is checked, where it is not for this machine.
#[derive(Debug, Args)]
pub(super) struct Deployment {
    /// Start none, and say what a function would refuse
    #[arg(long, value_name = "HOST")]
    r#for: Option<Target>,
    /// The folder of programs that goes into the function's package
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "for")]
    programs: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Target {
    Lambda,
}

impl Deployment {
    /// None where the servers are for this machine.
    pub(super) fn run(&self, plan: &Plan) -> Option<Result<Exit, Failure>> {
        self.r#for
            .map(|Target::Lambda| run(plan, self.programs.as_deref()))
    }
}

/// Says of every server what the function would refuse, all of it at once.
fn run(plan: &Plan, programs: Option<&Path>) -> Result<Exit, Failure> {
    let lock = plan.lock()?;
    let mut exit = plan.exit();
    for entry in plan.entries() {
        let mut refusals = refusals(entry, programs);
        refusals.extend(unlocked(&lock, entry));
        if refusals.is_empty() {
            terminal::print(&format!("{}: a function can serve it", entry.name))?;
            continue;
        }
        exit = Exit::Failed;
        for why in refusals {
            terminal::print(&format!("{}: a function refuses it: {why}", entry.name))?;
        }
    }
    Ok(exit)
}

/// A function serves what is approved, and nothing else.
fn unlocked(lock: &Lock, entry: &Entry) -> Option<String> {
    let name = &entry.name;
    match lock.upstream(name) {
        None => Some(format!(
            "it is not in the lock: run `mesh upstream approve {name}`"
        )),
        Some(Err(broken)) => Some(broken.to_string()),
        Some(Ok(locked)) if !locked.allows(entry) => Some(format!(
            "it is started otherwise than was approved: run `mesh upstream approve {name}`"
        )),
        Some(Ok(_)) => None,
    }
}
