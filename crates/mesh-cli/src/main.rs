//! The `mesh` command: reads a corpus, serves it, calls any MCP server.

mod client;
mod command;
mod exit;
mod private_file;
mod progress;
mod signals;
mod terminal;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use mesh_app::config::Variables;
use tokio::runtime::Runtime;

use command::Command;
use exit::{Exit, Failure};

/// One MCP address for a company's documents, tickets, code, history and mail.
#[derive(Debug, Parser)]
#[command(name = "mesh", version, arg_required_else_help = true)]
#[command(after_help = "\
Where a flag's help ends with a variable's name in brackets, the variable can take the flag's place; `mesh settings` lists \
what has one, and what has no flag.

Exit status: 0 done, 1 failed, 2 the called tool reported an error, 3 done with warnings, 64 wrong usage, \
130 interrupted.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let ended = match Cli::try_parse() {
        Ok(cli) => cli.command.run(environment()),
        Err(answer) => usage(&answer),
    };
    match ended {
        Ok(exit) => exit.code(),
        Err(failure) => failure.report(),
    }
}

/// Where one command does all that it waits for.
fn runtime() -> anyhow::Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().context("cannot start")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the process environment is read"
)]
fn environment() -> Variables {
    Variables::new(std::env::vars_os())
}

/// Help and version are answers too; everything else is wrong usage.
fn usage(answer: &clap::Error) -> Result<Exit, Failure> {
    terminal::unless_gone(answer.print())?;
    Ok(if answer.use_stderr() {
        Exit::Usage
    } else {
        Exit::Done
    })
}
