//! `mesh policy`: who may use what, read as the server reads it.

mod behind;
mod caller;
mod check;
mod explain;
mod nearest;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use mesh_app::config::{Config, PolicyAt, Variables};
use mesh_core::{Deadline, TextSource as _};

use super::account::Account;
use super::serve::provide::text_at;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// Check a policy file, or show what it lets a caller do.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh policy check policy.toml
  mesh policy check ssm:/mesh/policy
  mesh policy explain key:eleven-voice search_jira_tickets policy.toml
  mesh policy explain arn:aws:sts::123456789012:assumed-role/support-eu aoma://mail/7 policy.toml
  mesh policy explain key:ci github__search_issues policy.toml
  mesh policy explain jwt:claims.json prompt:triage_ticket policy.toml

Exit status: 0 done, or allowed, 1 the file is wrong, or not allowed, 3 the file speaks of something \
that there is not, 64 wrong usage.")]
pub(crate) struct Policy {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Read the file, and name all that is wrong with it or speaks of nothing there is
    Check {
        /// The policy, a file, `ssm:/name` or `s3://bucket/key`, unless it is the server's: the one that `MESH_POLICY` names
        file: Option<PathBuf>,
    },
    /// Say whether a caller may use something, and which lines decide it
    Explain {
        /// Who calls: `local`, `bearer`, `key:ID`, the ARN of a user or role, or `jwt:` and a file with a token's claims
        caller: String,
        /// What for: a tool's name (`SERVER__TOOL` for one of a server behind the address), a resource's URI, or `prompt:` and a prompt's name
        asked: String,
        /// The policy, a file, `ssm:/name` or `s3://bucket/key`, unless it is the server's: the one that `MESH_POLICY` names
        file: Option<PathBuf>,
    },
}

impl Policy {
    pub(crate) fn run(self, variables: &Variables) -> Result<Exit, Failure> {
        match self.work {
            Work::Check { file } => {
                let at = place(file, variables)?;
                with(&at, variables, |policy, _| check::run(&name(&at), policy))
            }
            Work::Explain {
                caller,
                asked,
                file,
            } => {
                let (caller, asked) = (caller::read(&caller)?, explain::asked(&asked)?);
                let at = place(file, variables)?;
                with(&at, variables, |policy, text| {
                    explain::run(policy, text, &caller, &asked)
                })
            }
        }
    }
}

fn place(given: Option<PathBuf>, variables: &Variables) -> Result<PolicyAt, Failure> {
    // Only that is read here: the rest of the server's settings may be wrong.
    let named = Variables::default().with_flag("--policy", given);
    let given = Config::read(&named)?.server.policy;
    if let Some(given) = given {
        return Ok(given);
    }
    let of_server = Config::read(variables)?.server.policy;
    of_server.ok_or_else(|| Failure::usage("name the policy file, or set `MESH_POLICY`"))
}

/// Works with the policy and the text of a file, or tells what is wrong with it.
fn with(
    at: &PolicyAt,
    variables: &Variables,
    work: impl FnOnce(&mesh_doors::policy::Policy, &str) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let name = name(at);
    let text = match at {
        PolicyAt::File(file) => {
            fs::read_to_string(file).with_context(|| format!("cannot read `{name}`"))?
        }
        PolicyAt::Aws(address) => fetched(address, variables)?,
    };
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

fn name(at: &PolicyAt) -> String {
    match at {
        PolicyAt::File(file) => file.display().to_string(),
        PolicyAt::Aws(address) => address.clone(),
    }
}

fn fetched(address: &str, variables: &Variables) -> anyhow::Result<String> {
    /// One request, answered in a second or two if at all.
    const TIMEOUT: Duration = Duration::from_secs(20);
    let runtime = crate::runtime()?;
    runtime.block_on(async {
        let text = text_at(address, &Account::new(variables)).await?;
        let deadline = Deadline::after(Instant::now(), TIMEOUT);
        match text.read(deadline).await {
            Ok(text) => Ok(text),
            Err(fault) => bail!("cannot read `{address}`: {fault}"),
        }
    })
}
