use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use mesh_emulator::Function;

use crate::figures::{Ratios, quantile, ratios};
use crate::function::cold::{invoke, start};
use crate::function::contestant::{Contestant, Name};
use crate::function::measured::Measured;
use crate::function::request::is_success;

/// Calls of ours in a round, of which the median counts: the peer, which starts a child for each, answers one.
const CALLS: usize = 50;

/// A call to a tool of the same server over standard input: to a child that stays, and to one that is started for it.
pub(crate) struct Children {
    pub(crate) kept: Vec<Duration>,
    pub(crate) started: Vec<Duration>,
}

impl Children {
    pub(crate) fn ratios(&self) -> Ratios {
        ratios(&self.kept, &self.started)
    }
}

pub(crate) async fn measure(
    contestants: &[Contestant],
    measured: &mut [Measured],
    rounds: usize,
) -> Result<Children> {
    let (ours, kept) = started(contestants, Name::OursChild).await?;
    let (peer, each) = started(contestants, Name::Children).await?;
    let mut seen = Children {
        kept: Vec::new(),
        started: Vec::new(),
    };
    for _ in 0..rounds {
        seen.started.push(call(&each, &contestants[peer]).await?);
        let mut calls = Vec::with_capacity(CALLS);
        for _ in 0..CALLS {
            calls.push(call(&kept, &contestants[ours]).await?);
        }
        seen.kept.push(quantile(&calls, 0.5));
    }
    measured[ours].peak_kb = kept.usage()?.peak_resident_kb;
    measured[peer].peak_kb = each.usage()?.peak_resident_kb;
    Ok(seen)
}

async fn started(contestants: &[Contestant], name: Name) -> Result<(usize, Function)> {
    let at = contestants.iter().position(|one| one.name == name);
    let at = at.with_context(|| format!("{} did not take part", name.text()))?;
    Ok((at, start(&contestants[at]).await?.0))
}

async fn call(function: &Function, contestant: &Contestant) -> Result<Duration> {
    let reply = invoke(function, &contestant.requests.first).await?;
    if !is_success(&reply) {
        bail!("{} answered `{}`", contestant.name.text(), reply.text());
    }
    Ok(reply.took)
}
