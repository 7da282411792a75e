use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use mesh_emulator::{Function, Options, Payload, Reply};

use crate::function::contestant::{Contestant, Name};
use crate::function::measured::{Measured, Start};
use crate::function::order;
use crate::function::request::is_success;

/// Lambda's own limit.
const INIT: Duration = Duration::from_secs(10);

/// Starts each contestant once a round.
pub(crate) async fn measure(
    contestants: &[Contestant],
    measured: &mut [Measured],
    rounds: usize,
) -> Result<()> {
    // The first start reads files that later ones find in memory, and so does not count.
    for contestant in contestants {
        once(contestant).await?;
    }
    for round in 0..rounds {
        for at in order::of_round(round, contestants.len()) {
            measured[at].starts.push(once(&contestants[at]).await?);
        }
    }
    Ok(())
}

async fn once(contestant: &Contestant) -> Result<Start> {
    let (function, start) = start(contestant).await?;
    function.end().await;
    Ok(start)
}

/// The list of ours with the tools for voice, for the peer that has the same.
pub(crate) async fn write_list(contestants: &[Contestant], file: &Path) -> Result<()> {
    let with_voice = contestants.iter().find(|one| one.name == Name::OursSecrets);
    let with_voice = with_voice.context("nobody has the tools for voice")?;
    let (function, _) = start(with_voice).await?;
    let reply = invoke(&function, &with_voice.requests.list).await?;
    function.end().await;
    let tools = reply.json()["result"]["tools"].to_string();
    if !tools.contains("text_to_speech") {
        bail!("ours lists no tools for voice: `{tools}`");
    }
    fs::write(file, tools).with_context(|| format!("writing `{}`", file.display()))
}

/// A function that has answered its first event.
pub(crate) async fn start(contestant: &Contestant) -> Result<(Function, Start)> {
    let name = contestant.name.text();
    let function = Function::spawn(&contestant.bootstrap, &contestant.environment)
        .with_context(|| format!("starting {name}"))?;
    let init = match function.ready(INIT).await {
        Ok(init) => init,
        Err(error) => bail!("{name}: {error}\n{}", function.stderr().lines().join("\n")),
    };
    let reply = invoke(&function, &contestant.requests.first).await;
    let reply = reply.with_context(|| format!("calling {name}"))?;
    if !is_success(&reply) {
        bail!("{name} answered {} `{}`", reply.status, reply.text());
    }
    let first = reply.took;
    Ok((function, Start { init, first }))
}

pub(crate) async fn invoke(function: &Function, event: &Payload) -> Result<Reply> {
    let outcome = function.invoke(event.clone(), Options::default()).await;
    outcome
        .into_reply()
        .map_err(|other| anyhow::anyhow!("{other:?}"))
}
