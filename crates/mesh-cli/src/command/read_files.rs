use std::path::PathBuf;

use mesh_index::run::{Readers, serve_reads};

use crate::exit::{Exit, Failure};

/// The subcommand's name, as the command line has it.
const NAME: &str = "read-files";

/// Reads files for the `mesh index` that started this process.
pub(super) fn run() -> Result<Exit, Failure> {
    serve_reads()?;
    Ok(Exit::Done)
}

/// This very program, which may be replaced by another version in the middle of a run.
pub(super) fn readers() -> std::io::Result<Readers> {
    let program = if cfg!(target_os = "linux") {
        PathBuf::from("/proc/self/exe")
    } else {
        std::env::current_exe()?
    };
    Ok(Readers::Subprocess {
        program,
        argument: NAME.to_owned(),
    })
}
