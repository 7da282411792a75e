//! `mesh upstream`: the servers behind the one address, before anybody relies on them.

mod add;
mod approve;
mod check;
mod function;
pub(in crate::command) mod host;
mod import;
mod list;
mod values;
mod vendor;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueHint};
use mesh_app::config::{Config, Variables};
use mesh_app::upstreams::{self, Sources, Written};
use mesh_core::Deadline;
use mesh_gateway::lock::Lock;
use mesh_gateway::{Approvals, Entry, Gateway, awaits_approval};

use super::account::Account;
use crate::exit::{Exit, Failure};
use crate::terminal;

/// List, try and approve the MCP servers behind this one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh upstream list --upstreams .mcp.json
  mesh upstream check --upstreams .mcp.json --upstreams ~/.codex/config.toml
  mesh upstream check --for lambda --programs programs --upstreams .mcp.json
  mesh upstream approve --all --upstreams .mcp.json
  mesh upstream diff --upstreams .mcp.json
  mesh upstream list --discover files,env
  mesh upstream add io.github.example/weather --file .mcp.json
  mesh upstream import --discover files --file .mcp.json --credentials credentials
  mesh upstream vendor --upstreams .mcp.json --into programs --file function.mcp.json

`check`, `diff`, `lock` and `approve` start each server once, for 60 s at most, and end it again. A command that `--discover` found is \
started by `approve` or `lock` alone, until it is approved.

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
    /// Where to look for more of them: `files`, `env`, `kubernetes`, `gateway`; with `,` between [MESH_DISCOVER]
    #[arg(long, value_name = "PLACES")]
    discover: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Say which servers there are, where each is written, what is approved of it, and which want a person's login; starts none
    List(Files),
    /// Start each server once and say what it speaks and offers, or what is wrong and what to do
    Check {
        #[command(flatten)]
        files: Files,
        #[command(flatten)]
        deployment: function::Deployment,
    },
    /// Say how what the servers offer differs from what is approved
    Diff(Files),
    /// Write a server of a registry, in one version, into a file; starts nothing
    Add(add::Add),
    /// Write servers of other files, or that are found, into one file, and the values in them apart; starts nothing
    Import(import::Import),
    /// Install what `npx` would fetch at each start, for a function that can fetch nothing
    Vendor(vendor::Vendor),
    /// Approve how all servers start and what they offer now: `approve --all`
    Lock(Files),
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
            Work::Check { files, deployment } => {
                let plan = Plan::read(files, variables)?;
                deployment.run(&plan).unwrap_or_else(|| check::run(&plan))
            }
            Work::Diff(files) => approve::diff(&Plan::read(files, variables)?),
            Work::Add(add) => add.run(),
            Work::Import(import) => import.run(variables),
            Work::Vendor(vendor) => vendor.run(variables),
            Work::Lock(files) => approve::run(&Plan::read(files, variables)?, &[]),
            Work::Approve { names, files, .. } => {
                approve::run(&Plan::read(files, variables)?, &names)
            }
        }
    }
}

/// A command that was found and nobody has approved.
struct Waiting<'p> {
    entry: &'p Entry,
    why: String,
}

/// What the files say, and what was found.
struct Plan {
    config: Config,
    variables: Variables,
    written: Written,
    lock_file: PathBuf,
}

impl Plan {
    fn read(files: Files, variables: Variables) -> Result<Self, Failure> {
        let variables = variables
            .with_flag("--upstreams", files.upstreams)
            .with_flag("--discover", files.discover);
        let config = Config::read(&variables)?;
        let opened = Sources::open(&config.gateway, &variables);
        let Some(sources) = crate::runtime()?.block_on(opened)? else {
            let told = "name a file of servers with `--upstreams`, or where to look for them with `--discover`, or set \
                        `MESH_UPSTREAMS` or `MESH_DISCOVER`";
            return Err(Failure::usage(told));
        };
        let written = sources.written();
        for warning in &written.warnings {
            terminal::note(&format!("warning: {warning}"));
        }
        for fault in &written.faults {
            terminal::error(fault);
        }
        let lock_file = upstreams::lock_file(&config.gateway.files, &variables);
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

    /// The servers that may be started, and why others are not: nobody has approved the command that was found.
    fn startable(&self) -> anyhow::Result<(Vec<Entry>, Vec<Waiting<'_>>)> {
        // A broken lock takes nothing from those that need no approval.
        let lock = match self.entries().iter().any(Entry::needs_approval) {
            true => self.lock()?,
            false => Lock::default(),
        };
        let (mut startable, mut waiting) = (Vec::new(), Vec::new());
        for entry in self.entries() {
            match awaits_approval(&lock, entry) {
                None => startable.push(entry.clone()),
                Some(why) => waiting.push(Waiting { entry, why }),
            }
        }
        Ok((startable, waiting))
    }

    /// What is approved; nothing where there is no lock yet.
    fn lock(&self) -> anyhow::Result<Lock> {
        let name = self.lock_file.display();
        let lock = Lock::open(&self.lock_file);
        let lock = lock.with_context(|| format!("cannot read `{name}`"))?;
        lock.with_context(|| format!("`{name}`"))
    }

    /// Starts these servers, which somebody has approved or approves by this, hears what they offer, does `work` and ends them.
    fn tried<T>(&self, entries: Vec<Entry>, work: impl FnOnce(&Gateway) -> T) -> anyhow::Result<T> {
        /// Each has a time of its own to start in.
        const TIMEOUT: Duration = Duration::from_secs(60);
        self.tried_for(TIMEOUT, entries, work)
    }

    fn tried_for<T>(
        &self,
        timeout: Duration,
        entries: Vec<Entry>,
        work: impl FnOnce(&Gateway) -> T,
    ) -> anyhow::Result<T> {
        let approved = |entry| Entry {
            found_by: None,
            ..entry
        };
        let entries = entries.into_iter().map(approved).collect();
        let settings = &self.config.gateway;
        let world = upstreams::world(settings, &self.variables, Approvals::none());
        let runtime = crate::runtime()?;
        let account = Account::new(&self.variables);
        let host = runtime.block_on(host::of(&self.config, &account))?;
        let world = host(world);
        let done = runtime.block_on(async {
            let gateway = Gateway::new(entries, &world, settings.name_limit);
            gateway
                .ask_all(Deadline::after(Instant::now(), timeout))
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
