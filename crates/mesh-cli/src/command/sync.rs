//! `mesh sync`: copies of a corpus where vendors search it.
//!
//! Nothing is noted down between runs: what is there, with the hash and the model beside each thing, is where the next run
//! goes on.

mod counts;
mod database;
mod embedding;
mod price;
mod report;
mod retry;
mod rows;
mod stop;
mod store;
mod targets;

use std::cell::Cell;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use clap::{Args, ValueHint};
use mesh_app::config::{Config, Variables};
use mesh_core::Metrics;
use mesh_index::Corpus;

use crate::command::account::Account;
use crate::command::serve::provide;
use crate::exit::{Exit, Failure};
use crate::progress::Reporter;
use crate::signals::Signals;
use crate::terminal;
use embedding::Embedder;
use report::Report;
use rows::MIRRORS;
use stop::Stop;
use store::Store;
use targets::{Targets, To};

/// Push a corpus to a database at Supabase and to a vector store at OpenAI.
///
/// Only what has changed is embedded and sent, and what is gone from the corpus is deleted there. A run may be ended at any
/// point; the same command goes on from what has arrived. Secrets are those of the server: see MESH_SECRETS.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh sync --corpus corpus --dry-run
  MESH_SECRETS=env mesh sync --corpus corpus --to database

Exit status: 0 done, 3 done but a vendor did not take everything, 64 wrong usage or a secret is missing; 1 failed and 130 \
interrupted: what was sent stays.")]
pub(crate) struct Sync {
    /// The folder of the corpus [MESH_CORPUS]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    corpus: Option<PathBuf>,
    /// Where to push it [default: wherever there are the secrets for it]
    #[arg(long, value_name = "TARGET")]
    to: Option<To>,
    /// Send nothing; show what would be added, changed and removed, and what embedding it would cost
    #[arg(long)]
    dry_run: bool,
    /// Also where more than half of what is there would be removed
    #[arg(long)]
    yes: bool,
    /// Print the summary for a program [MESH_JSON]
    #[arg(long)]
    json: bool,
}

/// What a run works with.
struct Work<'a> {
    config: &'a Config,
    corpus: &'a Corpus,
    targets: &'a Targets,
    progress: &'a Reporter,
    stop: &'a Stop,
    is_dry: bool,
    may_remove_most: bool,
}

/// What is to be done, where each is wished.
struct Planned {
    tables: Vec<database::Plan>,
    documents: Option<store::Plan>,
}

impl Sync {
    pub(crate) fn run(self, variables: Variables) -> Result<Exit, Failure> {
        let (to, is_dry, may_remove_most) = (self.to, self.dry_run, self.yes);
        let variables = variables
            .with_flag("--corpus", self.corpus)
            .with_flag("--json", self.json.then_some("on"));
        let config = Config::read(&variables)?;
        let Some(folder) = &config.corpus.folder else {
            return Err(Failure::usage(
                "no folder for the corpus: give `--corpus DIR` or set `MESH_CORPUS`",
            ));
        };
        let corpus = Corpus::open(folder).context("the corpus cannot be opened")?;
        let runtime = crate::runtime()?;
        runtime.block_on(async {
            let signals = Signals::new()?;
            let metrics = Arc::new(Metrics::new(Instant::now()));
            let secrets = provide::secrets(&config, &Account::new(&variables), &metrics).await?;
            let targets = Targets::of(&config.vendors.openai_url, &secrets, to).await?;
            let (progress, stop) = (Reporter::new(), Stop::default());
            let work = Work {
                config: &config,
                corpus: &corpus,
                targets: &targets,
                progress: &progress,
                stop: &stop,
                is_dry,
                may_remove_most,
            };
            interruptible(work.run(), signals, &progress, &stop).await
        })
    }
}

/// Ends at the first signal, or where something should not be left in its middle, soon after it; at the second, at once.
async fn interruptible(
    work: impl Future<Output = Result<Exit, Failure>>,
    mut signals: Signals,
    progress: &Reporter,
    stop: &Stop,
) -> Result<Exit, Failure> {
    let mut work = pin!(work);
    tokio::select! {
        ended = &mut work => return ended,
        () = signals.next() => {}
    }
    if stop.is_held() {
        progress.note("what was uploaded is being attached; Ctrl-C again ends it now");
        stop.ask();
        tokio::select! {
            ended = &mut work => { ended?; }
            () = signals.next() => {}
        }
    }
    progress.note("interrupted: what was sent stays; the same command goes on");
    Ok(Exit::Interrupted)
}

impl Work<'_> {
    async fn run(self) -> Result<Exit, Failure> {
        let started = Instant::now();
        let vendors = &self.config.vendors;
        let embedder = Embedder {
            openai: &self.targets.openai,
            key: &self.targets.key,
            model: &vendors.embedding_model,
            dimensions: vendors.embedding_dimensions,
            progress: self.progress,
            tokens: Cell::new(0),
        };
        let (openai, key) = (&self.targets.openai, &self.targets.key);
        let store = self.targets.store.as_ref();
        let store = store.map(|id| Store::new(openai, key, id.reveal(), self.progress));
        let mut report = Report {
            is_dry: self.is_dry,
            model: vendors.embedding_model.clone(),
            ..Report::default()
        };
        let planned = self.planned(&embedder, store.as_ref(), &mut report).await?;
        if self.is_dry {
            return self.told(&report, started);
        }
        self.refuse_losses(&report)?;
        self.apply(planned, &embedder, store.as_ref(), &mut report)
            .await?;
        if self.stop.is_asked() {
            return Ok(Exit::Interrupted);
        }
        self.told(&report, started)
    }

    /// What is to be done, which the report tells.
    async fn planned(
        &self,
        embedder: &Embedder<'_>,
        store: Option<&Store<'_>>,
        report: &mut Report,
    ) -> anyhow::Result<Planned> {
        let mut tables = Vec::new();
        if let Some(database) = &self.targets.database {
            let model = embedder.label();
            for mirror in &MIRRORS {
                let plan = database.plan(self.corpus, mirror, &model, self.progress);
                tables.push(plan.await?);
            }
            let counts = tables.iter().map(|plan| (plan.mirror.kind, plan.counts));
            report.database = Some(counts.collect());
            report.tokens = tables.iter().map(|plan| plan.tokens).sum();
        }
        let documents = match store {
            Some(store) => Some(store.plan(self.corpus).await?),
            None => None,
        };
        report.store = documents.as_ref().map(|plan| plan.counts);
        Ok(Planned { tables, documents })
    }

    async fn apply(
        &self,
        planned: Planned,
        embedder: &Embedder<'_>,
        store: Option<&Store<'_>>,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        if let Some(database) = &self.targets.database {
            for plan in planned.tables {
                let refused = &mut report.refused;
                database.apply(self.corpus, plan, embedder, refused).await?;
            }
            report.tokens = embedder.tokens.get();
        }
        if let (Some(store), Some(plan)) = (store, planned.documents) {
            let refused = &mut report.refused;
            store.apply(self.corpus, plan, self.stop, refused).await?;
        }
        Ok(())
    }

    /// A corpus that was made of too little by mistake must not empty what others search.
    fn refuse_losses(&self, report: &Report) -> anyhow::Result<()> {
        let losses = report.losses();
        if losses.is_empty() || self.may_remove_most {
            return Ok(());
        }
        anyhow::bail!(
            "{}; nothing is sent: give `--yes` if that is meant",
            losses.join(", ")
        )
    }

    fn told(&self, report: &Report, started: Instant) -> Result<Exit, Failure> {
        self.progress.end();
        if self.config.client.json.is_on() {
            terminal::print(&report.json())?;
        } else {
            // Paths of the corpus and words of vendors are among it.
            terminal::print(&terminal::harmless(&report.text(started.elapsed())))?;
        }
        Ok(match report.refused.is_empty() {
            true => Exit::Done,
            false => Exit::Warned,
        })
    }
}
