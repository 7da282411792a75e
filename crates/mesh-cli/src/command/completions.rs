use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::Cli;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// Print the completion script of a shell.
#[derive(Debug, Args)]
#[command(
    after_help = "For bash: mesh completions bash > ~/.local/share/bash-completion/completions/mesh"
)]
pub(crate) struct Completions {
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "mesh", &mut script);
        terminal::print(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Done)
    }
}
