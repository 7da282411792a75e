use anyhow::Context as _;

use super::Place;
use super::lease::Lease;
use crate::private_file;
use crate::terminal;

/// What one run has to itself from its plan to its last step. Two that plan at once would make everything twice.
#[derive(Debug)]
pub(in super::super) enum Hold<'p> {
    Store(Lease<'p>),
    File { _held: private_file::Hold },
}

impl Place {
    /// Once no other run has it.
    pub(in super::super) async fn hold(&self) -> anyhow::Result<Hold<'_>> {
        match self {
            Self::Store(store) => Ok(Hold::Store(Lease::take(store).await?)),
            Self::File(path) => {
                let told = || {
                    terminal::note(&format!(
                        "another `mesh register` is at work with `{}`; waiting for its end",
                        path.display()
                    ));
                };
                let held = private_file::hold(path, told);
                let held = held.with_context(|| format!("cannot lock `{}`", path.display()))?;
                Ok(Hold::File { _held: held })
            }
        }
    }
}

impl Hold<'_> {
    /// For one more step.
    pub(in super::super) async fn keep(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Store(lease) => lease.keep().await,
            Self::File { .. } => Ok(()),
        }
    }

    pub(in super::super) async fn give_back(self) {
        if let Self::Store(lease) = self {
            lease.give_back().await;
        }
    }

    /// And nothing is to be left of it.
    pub(in super::super) async fn forget(self) -> anyhow::Result<()> {
        match self {
            Self::Store(lease) => lease.forget().await,
            Self::File { .. } => Ok(()),
        }
    }
}
