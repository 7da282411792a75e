//! `mesh register elevenlabs`: the workspace made to match what is wished, and a report of what that took.
//!
//! What is there is read, and compared with what is wished (`plan.rs`, which asks nobody). The steps are in an order that can
//! stop anywhere: the next run goes on from whatever is there. One run at a time takes them. After the last one everything is read
//! and compared once more, as ElevenLabs drops what it does not know in silence.

mod address;
mod again;
mod apply;
mod approve;
mod compare;
mod converge;
mod found;
mod list;
mod plan;
mod preflight;
mod report;
mod state;
mod token;
mod which;
mod wished;
mod workspace;

use std::path::PathBuf;

use clap::{Args, ValueHint};
use mesh_app::config::{Config, Variables};

use crate::exit::{Exit, Failure};
use crate::terminal;
use approve::Approve;
pub(in crate::command) use compare::compared;
use converge::{register, remove};
use state::Place;
use which::Identity;
use wished::{Wished, WishedWebhook};
use workspace::Workspace;

/// Register this server with ElevenLabs, so that its agents use these tools, and keep it registered.
///
/// What is there is compared with what is wished, and made to match; a run that finds nothing to do writes nothing. It may be
/// interrupted at any point: the next run goes on from there.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh register elevenlabs --url https://door.example.com/mcp --agent agent_0123 --dry-run
  mesh register elevenlabs --url https://door.example.com/mcp --agent agent_0123
  pass show mesh/token | mesh register elevenlabs --url https://door.example.com/mcp --token-stdin
  mesh register elevenlabs --remove
  mesh register elevenlabs --remove --state registration.json

The key of ElevenLabs is read as `mesh sync` reads secrets (MESH_SECRETS: ELEVENLABS_API_KEY or the \
parameter elevenlabs-api-key); it needs the permissions convai_read and convai_write. The token that \
ElevenLabs is to show is MESH_BEARER, or comes over stdin. Neither is printed. What was registered \
is kept in AWS's parameter store where MESH_SECRETS is ssm, and elsewhere in the file of --state, \
without which nothing is registered or removed there.

Exit status: 0 it is as wished, 3 a dry run that found a difference, or another product's webhook
that was left, 1 failed, 64 wrong usage, 130 interrupted.")]
pub(crate) struct ElevenLabs {
    /// The address of this server, as ElevenLabs can call it: not one that wants signatures
    #[arg(long, value_name = "URL", required_unless_present = "remove")]
    url: Option<String>,
    /// The name that it has there
    #[arg(long, value_name = "NAME", default_value = "aoma-mesh-mcp")]
    name: String,
    /// An agent that is to use it; once for each
    #[arg(long = "agent", value_name = "ID")]
    agents: Vec<String>,
    /// Which tools an agent calls without a person's approval: `read` (those that only read), `all`, `none`, or names with
    /// `,` between
    #[arg(long, value_name = "WHICH", default_value = "read")]
    approve: Approve,
    /// Read the token that ElevenLabs is to show from stdin, in place of MESH_BEARER
    #[arg(long)]
    token_stdin: bool,
    /// Have the ends of calls sent to this server, too
    #[arg(long)]
    post_call_webhook: bool,
    /// Write nothing; show what would be done
    #[arg(long)]
    dry_run: bool,
    /// Take it from all agents, and delete server, secret and webhook there
    #[arg(long, conflicts_with_all = ["approve", "token_stdin", "post_call_webhook"])]
    remove: bool,
    /// Also approve tools that spend, and put our webhook in the place of another product's
    #[arg(long)]
    yes: bool,
    /// Where to keep what was registered, in place of AWS's parameter store
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    state: Option<PathBuf>,
    /// Print the report for a program [MESH_JSON]
    #[arg(long)]
    json: bool,
}

impl ElevenLabs {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        if self.remove && !self.agents.is_empty() {
            return Err(Failure::usage(
                "`--remove` takes the server from every agent, and deletes it: leave `--agent` out; one agent alone is left without \
                 it in ElevenLabs' dashboard",
            ));
        }
        let variables = variables.with_flag("--json", self.json.then_some("on"));
        let config = Config::read(&variables)?;
        let identity = Identity {
            name: wished::name(&self.name).map_err(Failure::usage)?,
            url: match &self.url {
                Some(url) => Some(address::parse(url, config.voice.address())?),
                None => None,
            },
        };
        let runtime = crate::runtime()?;
        runtime.block_on(async {
            let place = Place::of(self.state.clone(), &config, &variables).await?;
            let workspace = Workspace::open(&config, &variables).await?;
            let report = match (self.remove, identity.url.clone()) {
                (false, Some(url)) => {
                    let token = token::read(self.token_stdin, &config.client)?;
                    let listed =
                        preflight::door(&url, token.secret(), config.client.timeout).await?;
                    let approvals = self.approve.over(&listed, self.yes)?;
                    let webhook = WishedWebhook::new(&identity, &url, self.yes);
                    let sha256 = token.sha256();
                    let wished = Wished {
                        webhook: self.post_call_webhook.then_some(webhook),
                        ..Wished::new(identity, url, listed, approvals, self.agents, sha256)
                    };
                    register(&workspace, &place, &wished, &token, self.dry_run).await?
                }
                _ => remove(&workspace, &place, &identity, self.dry_run).await?,
            };
            terminal::print(&match config.client.json.is_on() {
                true => report.json(),
                false => report.text(),
            })?;
            Ok(report.exit())
        })
    }
}
