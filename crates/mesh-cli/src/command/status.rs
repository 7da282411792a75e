//! `mesh status`: what CloudWatch knows of a fleet, on one screen.

mod ask;
mod explain;
mod figure;
mod fleet;
mod json;
mod page;
mod window;

use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use mesh_app::config::{Config, Variables};
use mesh_aws::{Aws, CloudWatch};

use crate::exit::{Exit, Failure};
use crate::terminal;

use ask::View;
use fleet::Subject;
use window::Window;

/// Show how a fleet does: requests, tools, cold starts and alarms, as CloudWatch has them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh status
  mesh status --function aoma-mesh-mcp-server-staging --environment staging --period 15m --watch
  AWS_PROFILE=operations AWS_REGION=us-east-2 mesh status --json

Region and credentials are those of the AWS command line. The role needs cloudwatch:GetMetricData \
and cloudwatch:DescribeAlarms; CloudWatch charges about $0.01 for ten views.

Exit status: 0 shown, 1 CloudWatch could not be asked, 64 wrong usage. Alarms do not change it: `mesh verify` judges.")]
pub(crate) struct Status {
    /// The function's name [MESH_FUNCTION] [default: aoma-mesh-mcp-server]
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
    /// The function's alias
    #[arg(long, value_name = "NAME", default_value = "live")]
    alias: String,
    /// The environment that it is deployed to [MESH_ENVIRONMENT] [default: prod]
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// How long back to look, such as 15m or 24h; a day at most
    #[arg(long, value_name = "TIME", default_value = "1h")]
    period: Window,
    /// Show it again and again
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "60", conflicts_with = "json")]
    watch: Option<u64>,
    /// Print it for a program [MESH_JSON]
    #[arg(long)]
    json: bool,
    /// The profile of the AWS command line to use [AWS_PROFILE]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Print what each metric means instead, as the page docs/METRICS.md
    #[arg(long)]
    explain: bool,
}

/// Whose function has the name that is asked about by default.
const ENVIRONMENT: &str = "prod";

impl Status {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        if self.explain {
            terminal::print(&explain::page())?;
            return Ok(Exit::Done);
        }
        // A server that does not say so is no production; a deployment whose name is not said is.
        let variables = variables
            .with_flag("--json", self.json.then_some("on"))
            .with_flag("--function", self.function.clone())
            .with_flag("--environment", self.environment.clone())
            .or("MESH_ENVIRONMENT", Some(ENVIRONMENT));
        let config = Config::read(&variables)?;
        let runtime = crate::runtime()?;
        runtime.block_on(self.show(&config, &variables))
    }

    async fn show(self, config: &Config, variables: &Variables) -> Result<Exit, Failure> {
        let aws = Aws::from_chain(&|name| variables.foreign(name), self.profile.as_deref())
            .await
            .context("cannot ask CloudWatch")?;
        let view = View {
            cloudwatch: CloudWatch::new(&aws),
            region: aws.region().to_owned(),
            window: self.period,
            subject: Subject {
                function: config.measures.function.clone(),
                alias: self.alias,
                environment: config.answers.environment.clone(),
                namespace: config.measures.namespace.clone(),
            },
        };
        match self.watch {
            Some(seconds) => view.watch(Duration::from_secs(seconds.max(1))).await,
            None => {
                let fleet = view.look().await.context("cannot ask CloudWatch")?;
                terminal::print(&if config.client.json.is_on() {
                    json::text(&fleet)
                } else {
                    page::text(&fleet)
                })?;
                Ok(Exit::Done)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Production is called what variables.tf calls it: its tfvars name no other function.
    #[test]
    fn the_default_environment_is_one_that_terraform_has() {
        let deployed = include_str!("../../../../infra/env/prod.tfvars");
        assert!(deployed.contains(&format!("environment = \"{ENVIRONMENT}\"")));
        assert!(!deployed.contains("\nname "), "{deployed}");
    }
}
