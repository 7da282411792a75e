//! `mesh policy`: who may use what, read as the server reads it.

mod caller;
mod check;
mod explain;
mod nearest;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use mesh_app::config::{Config, Variables};

use crate::exit::{Exit, Failure};
use crate::terminal;

/// Check a policy file, or show what it lets a caller do.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh policy check policy.toml
  mesh policy explain key:eleven-voice search_jira_tickets policy.toml
  mesh policy explain arn:aws:sts::123456789012:assumed-role/support-eu aoma://mail/7 policy.toml
  mesh policy explain jwt:claims.json prompt:triage_ticket policy.toml

Exit status: 0 done, or allowed, 1 the file is wrong, or not allowed, 3 the file speaks of something
that there is not, 64 wrong usage.")]
pub(crate) struct Policy {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Read the file, and name all that is wrong with it or speaks of nothing there is
    Check {
        /// The policy file, unless it is the server's: the one that `MESH_POLICY` names
        file: Option<PathBuf>,
    },
    /// Say whether a caller may use something, and which lines decide it
    Explain {
        /// Who calls: `local`, `bearer`, `key:ID`, the ARN of a user or role, or `jwt:` and a file with a token's claims
        caller: String,
        /// What for: a tool's name, a resource's URI, or `prompt:` and a prompt's name
        asked: String,
        /// The policy file, unless it is the server's: the one that `MESH_POLICY` names
        file: Option<PathBuf>,
    },
}

impl Policy {
    pub(crate) fn run(self, variables: &Variables) -> Result<Exit, Failure> {
        match self.work {
            Work::Check { file } => {
                let file = place(file, variables)?;
                with(&file, |policy, _| check::run(&file, policy))
            }
            Work::Explain {
                caller,
                asked,
                file,
            } => {
                let (caller, asked) = (caller::read(&caller)?, explain::asked(&asked)?);
                let file = place(file, variables)?;
                with(&file, |policy, text| {
                    explain::run(policy, text, &caller, &asked)
                })
            }
        }
    }
}

fn place(given: Option<PathBuf>, variables: &Variables) -> Result<PathBuf, Failure> {
    if let Some(file) = given {
        return Ok(file);
    }
    let of_server = Config::read(variables)?.server.policy;
    of_server.ok_or_else(|| Failure::usage("name the policy file, or set `MESH_POLICY`"))
}

/// Works with the policy and the text of a file, or tells what is wrong with it.
fn with(
    file: &Path,
    work: impl FnOnce(&mesh_doors::policy::Policy, &str) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{name}`"))?;
    match mesh_doors::policy::Policy::parse(&text) {
        Ok(policy) => work(&policy, &text),
        Err(faults) => {
            for fault in faults.to_string().lines() {
                terminal::error(&format!("{name}: {fault}"));
            }
            Ok(Exit::Failed)
        }
    }
}
