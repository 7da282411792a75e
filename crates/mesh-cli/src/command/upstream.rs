//! `mesh upstream`: the servers behind the one address, before anybody relies on them.

mod approve;
mod check;
mod list;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueHint};
use mesh_app::config::{Config, Variables};
use mesh_app::upstreams::{self, Sources, Written};
use mesh_core::Deadline;
use mesh_gateway::lock::Lock;
use mesh_gateway::{Approvals, Entry, Gateway, World};

use super::become_upstream;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// List, try and approve the MCP servers behind this one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh upstream list --upstreams .mcp.json
  mesh upstream check --upstreams .mcp.json --upstreams ~/.codex/config.toml
  mesh upstream approve --all --upstreams .mcp.json
  mesh upstream diff --upstreams .mcp.json

`check`, `diff` and `approve` start each server once, for 60 s at most, and end it again.

Exit status: 0 done, 1 a server does not work or its entry is wrong, 3 there is something to look at, 64 wrong usage.")]
pub(crate) struct Upstream {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Args)]
struct Files {
    /// A file of MCP servers, in the format of any client; may be given again [MESH_UPSTREAMS]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    upstreams: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Say which servers there are, where each is written, and what is approved of it; starts none
    List(Files),
    /// Start each server once and say what it speaks and offers, or what is wrong and what to do
    Check(Files),
    /// Say how what the servers offer differs from what is approved
    Diff(Files),
    /// Approve how servers start and what they offer now
    Approve {
        /// The servers
        #[arg(
            value_name = "NAME",
            required_unless_present = "all",
            conflicts_with = "all"
        )]
        names: Vec<String>,
        /// All of them
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        files: Files,
    },
}

impl Upstream {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        match self.work {
            Work::List(files) => list::run(&Plan::read(files, variables)?),
            Work::Check(files) => check::run(&Plan::read(files, variables)?),
            Work::Diff(files) => approve::diff(&Plan::read(files, variables)?),
            Work::Approve { names, files, .. } => {
                approve::run(&Plan::read(files, variables)?, &names)
            }
        }
    }
}

/// What the files say.
struct Plan {
    config: Config,
    variables: Variables,
    written: Written,
    lock_file: PathBuf,
}

impl Plan {
    fn read(files: Files, variables: Variables) -> Result<Self, Failure> {
        let variables = variables.with_flag("--upstreams", files.upstreams);
        let config = Config::read(&variables)?;
        if config.gateway.files.is_empty() {
            let told = "name a file of servers with `--upstreams`, or set `MESH_UPSTREAMS`";
            return Err(Failure::usage(told));
        }
        let written = Sources::open(&config.gateway.files)?.1;
        for warning in &written.warnings {
            terminal::note(&format!("warning: {warning}"));
        }
        for fault in &written.faults {
            terminal::error(fault);
        }
        let lock_file = upstreams::lock_file(&config.gateway.files);
        Ok(Self {
            config,
            variables,
            written,
            lock_file,
        })
    }

    fn entries(&self) -> &[Entry] {
        &self.written.entries
    }

    /// What is approved; nothing where there is no lock yet.
    fn lock(&self) -> anyhow::Result<Lock> {
        let name = self.lock_file.display();
        let lock = Lock::open(&self.lock_file);
        let lock = lock.with_context(|| format!("cannot read `{name}`"))?;
        lock.with_context(|| format!("`{name}`"))
    }

    /// Starts these servers, hears what they offer, does `work` and ends them.
    fn tried<T>(&self, entries: Vec<Entry>, work: impl FnOnce(&Gateway) -> T) -> anyhow::Result<T> {
        /// Each has a time of its own to start in.
        const TIMEOUT: Duration = Duration::from_secs(60);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start")?;
        let settings = &self.config.gateway;
        let world = World {
            launcher: become_upstream::launcher(),
            ..upstreams::world(settings, &self.variables, Approvals::none())
        };
        let done = runtime.block_on(async {
            let gateway = Gateway::new(entries, &world, settings.name_limit);
            gateway
                .ask_all(Deadline::after(Instant::now(), TIMEOUT))
                .await;
            let done = work(&gateway);
            gateway.end().await;
            done
        });
        Ok(done)
    }

    /// How it ended, as far as the files themselves are concerned.
    fn exit(&self) -> Exit {
        match (
            self.written.faults.is_empty(),
            self.written.warnings.is_empty(),
        ) {
            (false, _) => Exit::Failed,
            (true, false) => Exit::Warned,
            (true, true) => Exit::Done,
        }
    }
}
