//! A host that is frozen between calls, as AWS Lambda is: what processes of upstreams may take of it, and which cannot work there.

mod fit;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};
use std::time::SystemTime;

use mesh_core::lock;

use crate::entry::Command;
use crate::fault::Fault;
use crate::upstream::Upstream;
use crate::wire::{Group, resident_bytes};

pub use self::fit::refusals;

/// What such a host has for the processes of upstreams.
#[derive(Debug)]
pub struct Sandbox {
    /// The one place where they may write.
    folder: PathBuf,
    /// The memory of all of them together.
    max_bytes: u64,
    started: Mutex<Vec<Weak<Upstream>>>,
}

/// A process that may be ended to make room for another.
pub(crate) struct Resting {
    pub(crate) group: Group,
    pub(crate) used: SystemTime,
    pub(crate) is_busy: bool,
}

/// What a process takes that nobody has seen yet: one of Node.js has 66 MB.
const USUAL_BYTES: u64 = 64 * 1024 * 1024;

/// Each of these fetches what it runs, or needs a daemon.
const RUNNERS: [&str; 9] = [
    "bunx", "docker", "npm", "npx", "pipx", "pnpm", "podman", "uv", "uvx",
];

/// Why a command cannot work where nothing can be fetched when it starts.
#[must_use]
pub fn needs_a_runner(command: &Command) -> Option<String> {
    let program = Path::new(command.program.as_written());
    let name = program.file_name()?.to_str()?;
    RUNNERS.contains(&name).then(|| {
        format!(
            "`{name}` fetches what it runs, and a function has neither the time nor a place for it: put the program itself \
             into the package or a layer, and name it"
        )
    })
}

impl Sandbox {
    #[must_use]
    pub fn new(folder: PathBuf, max_bytes: u64) -> Self {
        Self {
            folder,
            max_bytes,
            started: Mutex::default(),
        }
    }

    /// A folder of the upstream's own.
    pub(crate) fn folder_of(&self, upstream: &str) -> Result<PathBuf, Fault> {
        let folder = self.folder.join(upstream);
        std::fs::create_dir_all(&folder)
            .map_err(|error| Fault::Start(format!("it has no folder to write to: {error}")))?;
        Ok(folder)
    }

    /// Ends those that nobody has used for the longest time, until there is room for one more beside them, or for one that has
    /// just been started: others may have been at the same time.
    ///
    /// # Errors
    /// Where all of them are at work.
    pub(crate) fn make_room_for(&self, upstream: &Arc<Upstream>) -> Result<(), Fault> {
        let mut others = self.others(upstream);
        others.sort_by_key(|(_, resting)| std::cmp::Reverse(resting.used));
        let own = upstream.resting().map(|resting| resting.group);
        let groups = others.iter().map(|(_, resting)| resting.group);
        let groups: Vec<Group> = groups.chain(own).collect();
        let bytes = resident_bytes(&groups);
        let of = |group: Group| bytes.get(&group).copied().unwrap_or_default();
        let wanted = match own {
            Some(own) => of(own),
            None => bytes.values().copied().max().unwrap_or(USUAL_BYTES),
        };
        let mut taken: u64 = others.iter().map(|(_, resting)| of(resting.group)).sum();
        while taken + wanted > self.max_bytes && taken > 0 {
            let idle = others.iter().rposition(|(_, resting)| !resting.is_busy);
            let (idle, resting) = others.remove(idle.ok_or(Fault::NoRoom)?);
            idle.give_up(resting.group);
            taken -= of(resting.group);
        }
        Ok(())
    }

    fn others(&self, upstream: &Arc<Upstream>) -> Vec<(Arc<Upstream>, Resting)> {
        let mut started = lock(&self.started);
        started.retain(|other| {
            other
                .upgrade()
                .is_some_and(|other| !Arc::ptr_eq(&other, upstream))
        });
        let others = started.iter().filter_map(Weak::upgrade);
        let others = others
            .filter_map(|other| {
                let resting = other.resting()?;
                Some((other, resting))
            })
            .collect();
        started.push(Arc::downgrade(upstream));
        others
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;

    #[test]
    fn what_fetches_its_program_is_known_by_its_name() {
        let of = |program: &str| {
            needs_a_runner(&Command {
                program: Template::literal(program),
                args: Vec::new(),
                env: Default::default(),
                cwd: None,
            })
        };
        for runner in ["npx", "/usr/local/bin/uvx", "docker"] {
            assert!(of(runner).is_some(), "{runner}");
        }
        for program in ["node", "/var/task/bin/server", "npx-free"] {
            assert_eq!(of(program), None);
        }
    }
}
