use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::Context as _;
use clap::Args;
use mesh_gateway::Launcher;

use crate::exit::{Exit, Failure};

/// Becomes a server behind this one: a process that ends when the one that started it does, however that ends.
#[derive(Debug, Args)]
pub(crate) struct BecomeUpstream {
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

const NAME: &str = "become-upstream";

/// This program, to start servers with; none where the system tells no process of its parent's end.
pub(in crate::command) fn launcher() -> Option<Launcher> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    Some(Launcher {
        program: std::env::current_exe().ok()?,
        args: vec![NAME.to_owned()],
    })
}

impl BecomeUpstream {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        end_with_the_parent().context("cannot be told of the end of the server")?;
        let (program, args) = self.command.split_first().expect("clap demands one");
        let mut command = Command::new(program);
        command.args(args);
        Err(become_it(&mut command))
    }
}

/// Lasts beyond the change to another program.
#[cfg(target_os = "linux")]
fn end_with_the_parent() -> std::io::Result<()> {
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};
    let parent = getppid();
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // It may have ended a moment ago.
    match getppid() == parent {
        true => Ok(()),
        false => Err(std::io::ErrorKind::BrokenPipe.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn end_with_the_parent() -> std::io::Result<()> {
    Ok(())
}

fn become_it(command: &mut Command) -> Failure {
    let error = command.exec();
    let program = command.get_program().display().to_string();
    anyhow::Error::new(error)
        .context(format!("cannot start `{program}`"))
        .into()
}
