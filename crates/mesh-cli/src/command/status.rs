mod explain;

use clap::Args;

use crate::exit::{Exit, Failure};
use crate::terminal;

/// Show how a fleet does: requests, tools, cold starts and alarms, as CloudWatch has them.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Print what each metric means, as the page docs/METRICS.md
    #[arg(long)]
    explain: bool,
}

impl Status {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        terminal::print(&explain::page())?;
        Ok(Exit::Done)
    }
}
