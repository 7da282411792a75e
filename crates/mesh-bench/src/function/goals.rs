use std::time::Duration;

use anyhow::Result;

use crate::figures::{milliseconds, quantile};
use crate::function::children::Children;
use crate::function::contestant::Name;
use crate::function::measured::{Measured, of};

/// Something that was to be reached, and what was.
pub(crate) struct Goal {
    pub(crate) what: &'static str,
    pub(crate) at_most: f64,
    pub(crate) unit: &'static str,
    pub(crate) reached: f64,
}

impl Goal {
    pub(crate) fn is_met(&self) -> bool {
        self.reached <= self.at_most
    }
}

/// A megabyte, as a zip's size and a process's memory are told here.
const MEGABYTE: f64 = 1e6;

pub(crate) fn judge(
    measured: &[Measured],
    queries: &[Duration],
    children: &Children,
) -> Result<Vec<Goal>> {
    let mut goals = Vec::from(starts(measured)?);
    goals.extend(warm(measured)?);
    goals.extend(sizes(measured)?);
    goals.extend(large(measured, queries)?);
    goals.extend(voice(measured)?);
    goals.extend(upstreams(measured, children)?);
    Ok(goals)
}

fn starts(measured: &[Measured]) -> Result<[Goal; 3]> {
    let plain = of(measured, Name::Plain)?;
    let secrets = of(measured, Name::OursSecrets)?;
    let node = of(measured, Name::NodeSecrets)?;
    let init = |ours: &Measured| ours.over(plain, Measured::inits).median;
    Ok([
        goal(
            "init without secrets, to plain",
            1.1,
            "×",
            init(of(measured, Name::Ours)?),
        ),
        goal(
            "init with five secrets, to plain without",
            4.3,
            "×",
            init(secrets),
        ),
        goal(
            "init and first answer with five secrets, to Node with the same",
            0.05,
            "×",
            secrets.over(node, Measured::totals).median,
        ),
    ])
}

/// The call is compared without a corpus, where `get_system_health` does as little as it does in the peers: with one it
/// searches every kind of source to see that it can.
fn warm(measured: &[Measured]) -> Result<[Goal; 2]> {
    let plain = of(measured, Name::Plain)?;
    let call = of(measured, Name::Ours)?.over(plain, Measured::call_medians);
    let list = of(measured, Name::OursSample)?.over(plain, Measured::list_medians);
    Ok([
        goal(
            "warm tools/call without corpus, to plain",
            0.45,
            "×",
            call.median,
        ),
        goal(
            "warm tools/list of nine tools, to plain",
            0.35,
            "×",
            list.median,
        ),
    ])
}

fn sizes(measured: &[Measured]) -> Result<[Goal; 2]> {
    let (without, with) = (of(measured, Name::Ours)?, of(measured, Name::OursSecrets)?);
    let peak = without.peak_kb.max(with.peak_kb) as f64 * 1024.0 / MEGABYTE;
    let zip = without.zip_bytes as f64 / MEGABYTE;
    Ok([
        goal(
            "peak memory without corpus, with or without secrets",
            16.0,
            "MB",
            peak,
        ),
        goal("zip without corpus", 6.5, "MB", zip),
    ])
}

fn large(measured: &[Measured], queries: &[Duration]) -> Result<[Goal; 2]> {
    let (without, with) = (of(measured, Name::Ours)?, of(measured, Name::OursLarge)?);
    let rounds = with.inits().into_iter().zip(without.inits());
    let added: Vec<_> = rounds
        .map(|(with, without)| with.saturating_sub(without))
        .collect();
    let added = milliseconds(quantile(&added, 0.5));
    let slowest = milliseconds(quantile(queries, 0.99));
    Ok([
        goal("init added by 100,000 passages", 10.0, "ms", added),
        goal(
            "p99 of a knowledge query over 100,000 passages",
            15.0,
            "ms",
            slowest,
        ),
    ])
}

/// With the key of ElevenLabs in the store, whose tools are then listed, and without.
fn voice(measured: &[Measured]) -> Result<[Goal; 2]> {
    let with = of(measured, Name::OursSecrets)?;
    let without = of(measured, Name::OursFourSecrets)?;
    let plain = of(measured, Name::PlainVoice)?;
    let list = with.over(plain, Measured::list_medians);
    Ok([
        goal(
            "init with the tools for voice, to ours without",
            1.05,
            "×",
            with.over(without, Measured::inits).median,
        ),
        goal(
            "warm tools/list with the tools for voice, to plain with the same",
            0.5,
            "×",
            list.median,
        ),
    ])
}

fn upstreams(measured: &[Measured], children: &Children) -> Result<[Goal; 2]> {
    let with = of(measured, Name::OursLock)?;
    let without = of(measured, Name::Ours)?;
    Ok([
        goal(
            "init with a lock of 200 tools, to ours without",
            1.1,
            "×",
            with.over(without, Measured::inits).median,
        ),
        goal(
            "warm call to a child, to a child for each call",
            0.02,
            "×",
            children.ratios().median,
        ),
    ])
}

const fn goal(what: &'static str, at_most: f64, unit: &'static str, reached: f64) -> Goal {
    Goal {
        what,
        at_most,
        unit,
        reached,
    }
}
