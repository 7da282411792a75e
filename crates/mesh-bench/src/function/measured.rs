use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::figures::{Ratios, ratios};
use crate::function::contestant::{Contestant, Name};

/// Everything that was seen of a contestant, round by round.
pub(crate) struct Measured {
    pub(crate) name: Name,
    pub(crate) zip_bytes: u64,
    pub(crate) starts: Vec<Start>,
    pub(crate) lists: Vec<Batch>,
    pub(crate) calls: Vec<Batch>,
    pub(crate) peak_kb: u64,
    /// The length of its answer to `tools/list`.
    pub(crate) list_bytes: usize,
}

/// A cold start.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    /// From starting the process to its first request for an event.
    pub(crate) init: Duration,
    /// From handing out the first event to the last byte of its answer.
    pub(crate) first: Duration,
}

/// Warm calls of one kind, one after another.
pub(crate) struct Batch {
    pub(crate) times: Vec<Duration>,
    /// Processor time of the function, what it does after an answer included.
    pub(crate) cpu: Duration,
}

impl Measured {
    pub(crate) fn of_all(contestants: &[Contestant]) -> Result<Vec<Self>> {
        contestants.iter().map(Self::of).collect()
    }

    fn of(contestant: &Contestant) -> Result<Self> {
        let zip = fs::metadata(&contestant.zip);
        let zip = zip.with_context(|| format!("no `{}`", contestant.zip.display()))?;
        Ok(Self {
            name: contestant.name,
            zip_bytes: zip.len(),
            starts: Vec::new(),
            lists: Vec::new(),
            calls: Vec::new(),
            peak_kb: 0,
            list_bytes: 0,
        })
    }

    /// How each round's value stands to that of `base` in the same round.
    pub(crate) fn over(&self, base: &Self, value: fn(&Self) -> Vec<Duration>) -> Ratios {
        ratios(&value(self), &value(base))
    }

    pub(crate) fn inits(&self) -> Vec<Duration> {
        self.starts.iter().map(|start| start.init).collect()
    }

    pub(crate) fn totals(&self) -> Vec<Duration> {
        let totals = self.starts.iter().map(|start| start.init + start.first);
        totals.collect()
    }

    pub(crate) fn list_medians(&self) -> Vec<Duration> {
        self.lists.iter().map(Batch::median).collect()
    }

    pub(crate) fn call_medians(&self) -> Vec<Duration> {
        self.calls.iter().map(Batch::median).collect()
    }
}

impl Batch {
    fn median(&self) -> Duration {
        crate::figures::quantile(&self.times, 0.5)
    }

    pub(crate) fn cpu_a_call(&self) -> Duration {
        self.cpu / u32::try_from(self.times.len()).expect("a batch is short")
    }
}

/// The one of that name.
pub(crate) fn of(measured: &[Measured], name: Name) -> Result<&Measured> {
    measured
        .iter()
        .find(|measured| measured.name == name)
        .with_context(|| format!("{} did not take part", name.text()))
}
