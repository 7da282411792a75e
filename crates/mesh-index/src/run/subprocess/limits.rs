//! What a process that reads files allows itself.

use crate::ingest::ByteSize;

/// A file of the largest size that is read takes a part of this.
pub(super) const MEMORY: ByteSize = ByteSize::mib(384);

/// Bounds the memory, leaves no core dumps, and ends this process with the one that started it.
#[cfg(target_os = "linux")]
pub(super) fn set() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
    let at_most = |bytes| Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    // What is mapped from files, as git's packs are, does not count.
    setrlimit(Resource::Data, at_most(MEMORY.0))?;
    setrlimit(Resource::Core, at_most(0))?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    Ok(())
}

/// Elsewhere nothing bounds the memory of one process.
#[cfg(not(target_os = "linux"))]
pub(super) fn set() -> std::io::Result<()> {
    Ok(())
}
