use anyhow::{Result, bail};
use mesh_emulator::{Function, Payload};

use crate::function::cold::{invoke, start};
use crate::function::contestant::Contestant;
use crate::function::measured::{Batch, Measured};
use crate::function::order;
use crate::function::request::is_success;

/// Calls of each kind before any counts: Node compiles what it finds hot.
const WARM_UP: usize = 500;

/// Calls at the head of a batch that do not count: another process had the processor's caches before.
const RUN_UP: usize = 20;

/// Calls each contestant one batch a round; a process stays the same through all rounds.
pub(crate) async fn measure(
    contestants: &[Contestant],
    measured: &mut [Measured],
    rounds: usize,
    calls: usize,
) -> Result<()> {
    let mut warm = Vec::new();
    for (contestant, seen) in contestants.iter().zip(measured) {
        if contestant.name.is_called_warm() {
            let function = warmed_up(contestant).await?;
            seen.list_bytes = invoke(&function, &contestant.requests.list)
                .await?
                .body
                .len();
            warm.push((function, &contestant.requests, seen));
        }
    }
    for round in 0..rounds {
        for at in order::of_round(round, warm.len()) {
            let (function, requests, seen) = &mut warm[at];
            seen.lists
                .push(batch(function, &requests.list, calls).await?);
            seen.calls
                .push(batch(function, &requests.call, calls).await?);
            seen.peak_kb = function.usage()?.peak_resident_kb;
        }
    }
    Ok(())
}

async fn warmed_up(contestant: &Contestant) -> Result<Function> {
    let (function, _) = start(contestant).await?;
    batch(&function, &contestant.requests.list, WARM_UP).await?;
    batch(&function, &contestant.requests.call, WARM_UP).await?;
    Ok(function)
}

async fn batch(function: &Function, event: &Payload, calls: usize) -> Result<Batch> {
    for _ in 0..RUN_UP {
        let reply = invoke(function, event).await?;
        if !is_success(&reply) {
            bail!("answered {} `{}`", reply.status, reply.text());
        }
    }
    let before = function.usage()?.cpu;
    let mut times = Vec::with_capacity(calls);
    for _ in 0..calls {
        times.push(invoke(function, event).await?.took);
    }
    Ok(Batch {
        times,
        cpu: function.usage()?.cpu - before,
    })
}
