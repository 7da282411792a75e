//! `mesh audit`: the record of decisions, looked through for changes.

mod heads;
mod input;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use mesh_app::config::Variables;
use mesh_doors::audit::{ChainReport, Gone, Report, anchored, verify};

use crate::exit::{Exit, Failure};
use crate::terminal;

use heads::{Source, lines, within};
use input::Input;

/// Look through the record of decisions for changes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh audit verify audit.jsonl
  mesh audit verify --table aoma-mesh-mcp-server-state monday.jsonl tuesday.jsonl
  mesh audit verify --table aoma-mesh-mcp-server-state

Without files the lines themselves are read from the folder of state or the table, where \
`MESH_AUDIT=state` keeps them. Files are read one after the other as they were written, the older ones first. Where a chain's \
end was cut off, or all of it is gone, shows only beside the head that was kept of it, in a folder \
of state or a table. A chain is missed whose head was kept after the first line of the files. \
A table needs dynamodb:Query; region and credentials are those of the AWS command line.

Exit status: 0 whole, 1 something was changed, or could not be read, 3 whole, and of some chain no \
head was kept, 64 wrong usage.")]
pub(crate) struct Audit {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Name the first line of each chain that was changed, removed, put in or moved
    Verify {
        /// The record, a line of JSON for each decision; none where it is in the state
        #[arg(required_unless_present_any = ["state", "table"])]
        files: Vec<PathBuf>,
        /// The folder of state in which heads were kept, and the lines where no file is named
        #[arg(long, value_name = "FOLDER", conflicts_with = "table")]
        state: Option<PathBuf>,
        /// The table in which heads were kept, and the lines where no file is named
        #[arg(long, value_name = "NAME")]
        table: Option<String>,
        /// The profile of the AWS command line to use [AWS_PROFILE]
        #[arg(long, value_name = "NAME")]
        profile: Option<String>,
    },
}

impl Audit {
    pub(crate) fn run(self, variables: &Variables) -> Result<Exit, Failure> {
        let Work::Verify {
            files,
            state,
            table,
            profile,
        } = self.work;
        let source = match (state, table) {
            (Some(folder), _) => Source::Folder(folder),
            (None, Some(table)) => Source::Table { table, profile },
            (None, None) => {
                let input = Input::read(&files)?;
                let report = verify(input.lines(), |_, _| None);
                return Ok(told(&report, &input, Exit::Done)?);
            }
        };
        let runtime = crate::runtime()?;
        let store = runtime.block_on(source.store(variables))?;
        // The record of a server that runs goes on: lines behind these heads may be there, and none before them is missing.
        let anchored = runtime.block_on(anchored(&*store, within()));
        let anchored = anchored.context("cannot list the heads")?;
        let input = match files.is_empty() {
            true => runtime.block_on(lines(&*store))?,
            false => Input::read(&files)?,
        };
        let mut report = verify(input.lines(), |environment, instance| {
            let chain = (environment.to_owned(), instance.to_owned());
            anchored.get(&chain).map(|kept| kept.head.clone())
        });
        report.miss(&anchored);
        let is_anchored = report.chains.iter().all(|chain| chain.is_anchored);
        let whole = if is_anchored {
            Exit::Done
        } else {
            Exit::Warned
        };
        Ok(told(&report, &input, whole)?)
    }
}

/// Says what was found; `whole` is how it ends where that is nothing.
fn told(report: &Report, input: &Input, whole: Exit) -> std::io::Result<Exit> {
    for chain in &report.chains {
        terminal::print(&terminal::harmless(&found(chain)))?;
    }
    if let Some(line) = report.unreadable {
        terminal::error(&format!("{} is none of the record", input.place(line)));
    }
    for Gone {
        environment,
        instance,
        anchored,
    } in &report.gone
    {
        let gone = format!(
            "{environment} {instance}: no line is there, and {anchored} were written at least"
        );
        terminal::error(&terminal::harmless(&gone));
    }
    for fault in report
        .chains
        .iter()
        .filter_map(|chain| chain.fault.as_ref())
    {
        terminal::error(&format!("{} {}", input.place(fault.line), fault.flaw));
    }
    Ok(if report.is_whole() {
        whole
    } else {
        Exit::Failed
    })
}

fn found(chain: &ChainReport) -> String {
    let ChainReport {
        environment,
        instance,
        first,
        last,
        ..
    } = chain;
    let state = match (&chain.fault, chain.is_anchored) {
        (Some(_), _) => "not whole",
        (None, true) => "whole, up to the head that was kept",
        (None, false) => "whole, as far as its lines tell",
    };
    format!("{environment} {instance}: {first} to {}, {state}", last.seq)
}
