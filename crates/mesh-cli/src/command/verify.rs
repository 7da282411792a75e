//! `mesh verify`: whether a deployment is what it should be, seen from outside, check by check.
//!
//! What a caller meets comes first (name, certificate, who is let in, the protocol), then what an operator meets (alarms, logs,
//! permissions). A check that cannot be made says so and why; nothing that was not seen is called well.

mod account;
mod call;
mod certificate;
mod clock;
mod cors;
mod door;
mod expected;
mod health;
mod latency;
mod page;
mod permission;
mod protocol;
mod question;
mod reach;
mod refusal;
mod report;
mod resources;
mod routes;
mod seen;
mod shape;
mod stranger;
mod surroundings;
mod target;
mod told;
mod wire;

use std::path::PathBuf;

use clap::Args;
use mesh_app::config::{Client, Config, Variables};

use super::connection::no_token_in_the_clear;
use super::register::elevenlabs;
use crate::client::address;
use crate::exit::{Exit, Failure};
use crate::terminal;

use expected::Expected;
use report::{Finding, Report};
use surroundings::Surroundings;
use target::Target;
use told::Told;

/// Check a deployment from outside: who is let in, what it serves, what watches it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh verify https://abcdefgh.lambda-url.us-east-2.on.aws/
  mesh verify \"$(terraform -chdir=infra output -raw FunctionUrl)\" --function NAME --json
  MESH_BEARER=… mesh verify https://mesh.example.com --no-aws --expect-found 'who approves a master?'
  mesh verify http://127.0.0.1:3000

Requests to a Function URL are signed with the credentials of the AWS command line; MESH_BEARER, \
where it is set, is sent in place of a signature. Alarms, logs and permissions are read with the \
same credentials: cloudwatch:DescribeAlarms, logs:DescribeLogGroups, iam:SimulatePrincipalPolicy.

Exit status: 0 all that could be checked is ok, 3 with warnings, 1 a check failed, 64 wrong usage.")]
pub(crate) struct Verify {
    /// The server's address, such as https://abcdefgh.lambda-url.us-east-2.on.aws/
    url: String,
    /// The region to sign for and to look for alarms in; a Function URL says its own [AWS_REGION]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The profile of the AWS command line to use [AWS_PROFILE]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The function behind the address [MESH_FUNCTION] [default: aoma-mesh-mcp-server]
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
    /// The function's alias
    #[arg(long, default_value = "live")]
    alias: String,
    /// Ask nothing of AWS besides the address itself
    #[arg(long)]
    no_aws: bool,
    /// Send the token over `http://` to another machine too, where whoever is on the way can read it
    #[arg(long)]
    allow_plain_http: bool,
    /// Compare what ElevenLabs has with what `mesh register elevenlabs` has written, which is kept in the parameter store or in
    /// this file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    elevenlabs: Option<Option<PathBuf>>,
    /// How long to wait for each check [MESH_TIMEOUT] [default: 60]
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<String>,
    /// Print the report for a program [MESH_JSON]
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    expected: Expected,
}

impl Verify {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        let variables = variables
            .with_flag("--json", self.json.then_some("on"))
            .with_flag("--timeout", self.timeout.clone())
            .with_flag("--function", self.function.clone());
        let config = Config::read(&variables)?;
        let url = address::parse(&self.url).map_err(Failure::usage)?;
        if !self.allow_plain_http {
            no_token_in_the_clear(&config.client, &url)?;
        }
        let runtime = crate::runtime()?;
        let report = runtime.block_on(async {
            let surroundings = Surroundings::find(&self, &config, &url, &variables).await;
            let target = Target::new(url, &config.client, &surroundings)?;
            let mut report = check(&target, &surroundings, &config.client, &self.expected).await;
            if let Some(file) = self.elevenlabs {
                let compared = elevenlabs::compared(&config, &variables, file);
                let finding = async { Finding::of(compared.await, |words| words) };
                report.make("ElevenLabs", finding).await;
            }
            anyhow::Ok(report)
        })?;
        terminal::print(&if config.client.json.is_on() {
            report.json()
        } else {
            page::text(&report)
        })?;
        Ok(report.exit())
    }
}

/// Every check, in the order in which one explains the next.
async fn check(
    target: &Target,
    surroundings: &Surroundings,
    client: &Client,
    expected: &Expected,
) -> Report {
    let mut report = Report::new(target.url(), client.timeout);
    let mut told = Told::default();
    reach::check(&mut report, target).await;
    let admission = door::check(&mut report, target).await;
    clock::check(&mut report, &admission);
    health::check(&mut report, &admission, &mut told);
    protocol::check(&mut report, target, &admission, &mut told).await;
    call::check(
        &mut report,
        target,
        &admission,
        expected.versions(),
        &mut told,
    )
    .await;
    routes::check(&mut report, target, &admission, &mut told).await;
    resources::check(&mut report, target, &admission, &mut told).await;
    expected.check(&mut report, &admission, &told);
    question::check(&mut report, target, &admission, expected, &told).await;
    cors::check(&mut report, target, &admission).await;
    latency::check(&mut report, target, &admission).await;
    door::request_id(&mut report, &admission);
    permission::check(&mut report, target, surroundings, &admission).await;
    account::check(&mut report, surroundings).await;
    report
}
