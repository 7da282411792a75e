use mesh_gateway::Entry;
use mesh_gateway::entry::{Protocol, Transport};
use mesh_gateway::lock::{Locked, Start};

use super::Plan;
use crate::exit::{Exit, Failure};
use crate::terminal;

pub(super) fn run(plan: &Plan) -> Result<Exit, Failure> {
    let lock = plan.lock()?;
    for entry in plan.entries() {
        let approved = match lock.upstream(&entry.name) {
            None => "not in the lock".to_owned(),
            Some(Err(broken)) => broken.to_string(),
            Some(Ok(locked)) if locked.start != Start::of(entry) => {
                "it is started otherwise than was approved".to_owned()
            }
            Some(Ok(locked)) => offered(locked),
        };
        let team = entry.options.team.as_deref().unwrap_or("everybody");
        terminal::print(&format!(
            "{}: {}; for {team}; {approved} ({}:{})",
            entry.name,
            reached(entry),
            entry.place.file.display(),
            entry.place.line
        ))?;
    }
    Ok(plan.exit())
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
