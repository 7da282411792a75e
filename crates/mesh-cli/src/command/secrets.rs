//! `mesh secrets`: the vendors' secrets in the parameter store, looked at and written without a value being shown.

mod check;
mod put;
mod value;

use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use mesh_app::config::{Config, Variables};
use mesh_aws::{Aws, Ssm};
use mesh_core::Deadline;

use crate::exit::{Exit, Failure};

/// One request, answered in a second or two if at all.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Look at the vendors' secrets in AWS's parameter store, or write one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh secrets check
  mesh secrets put openai-api-key
  pass show openai | mesh secrets put openai-api-key --prefix /mcp-server-staging/

No value is shown, and none is taken from the command line, where everyone on the machine could \
see it. Region and credentials are those of the AWS command line. `check` needs ssm:GetParameters, \
and kms:Decrypt to hold values to their rules; `put` needs ssm:PutParameter.

Exit status: 0 done, 1 failed, or a secret is missing or wrong, 3 one is kept in the clear, \
64 wrong usage.")]
pub(crate) struct Secrets {
    #[command(subcommand)]
    work: Work,
    /// Where the parameters stand in the store [MESH_SSM_PREFIX] [default: /mcp-server/]
    #[arg(long, global = true, value_name = "PATH")]
    prefix: Option<String>,
    /// The region of the store [AWS_REGION]
    #[arg(long, global = true, value_name = "REGION")]
    region: Option<String>,
    /// The profile of the AWS command line to use [AWS_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Show which secrets are there, how they are kept, and which cannot be right
    Check {
        /// Print it for a program [MESH_JSON]
        #[arg(long)]
        json: bool,
    },
    /// Write one, encrypted; its value is asked for, or read from stdin
    Put {
        /// Which one, such as openai-api-key
        name: String,
        /// The customer's own key to encrypt it with, by id, alias or ARN
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
}

impl Secrets {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        let json = matches!(self.work, Work::Check { json: true });
        let variables = variables.with_flag("--json", json.then_some("on"));
        let config = Config::read(&variables)?;
        let prefix = self.prefix.as_deref().unwrap_or(&config.secrets.prefix);
        let runtime = crate::runtime()?;
        let store = async |region: Option<&str>, profile: Option<&str>| {
            let aws = Aws::from_chain_in(&|name| variables.foreign(name), profile, region).await;
            let aws = aws.context("cannot ask the parameter store")?;
            anyhow::Ok(Ssm::new(&aws, prefix))
        };
        let (region, profile) = (self.region.as_deref(), self.profile.as_deref());
        match self.work {
            Work::Check { .. } => runtime.block_on(async {
                check::run(&store(region, profile).await?, config.client.json).await
            }),
            Work::Put { name, key } => {
                let parameter = put::named(&name)?;
                let value = value::read(parameter)?;
                runtime.block_on(async {
                    let store = store(region, profile).await?;
                    put::run(&store, parameter, &value, key.as_deref()).await
                })
            }
        }
    }
}

fn deadline() -> Deadline {
    Deadline::after(Instant::now(), TIMEOUT)
}
