//! What one invocation of the fixed answer of `echo` costs: `round_trip BOOTSTRAP [ROUNDS]`.

use std::time::Duration;

use anyhow::Context as _;
use http::Method;
use mesh_emulator::{Bootstrap, Environment, Event, Function, Options, Payload};

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "its one line of result")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let bootstrap = Bootstrap::new(arguments.next().context("which bootstrap?")?);
    let rounds: usize = arguments
        .next()
        .map_or(Ok(20_000), |rounds| rounds.parse())?;
    let function = Function::spawn(&bootstrap, &Environment::lambda())?;
    let init = function.ready(Duration::from_secs(10)).await?;
    let mut taken = Vec::with_capacity(rounds);
    let payload = Payload::from(&Event::function_url(Method::GET, "/fixed"));
    for _ in 0..rounds {
        let outcome = function.invoke(payload.clone(), Options::default()).await;
        let reply = outcome
            .into_reply()
            .map_err(|outcome| anyhow::anyhow!("{outcome:?}"))?;
        taken.push(reply.took);
    }
    taken.sort_unstable();
    let at = |share: usize| taken[(rounds - 1) * share / 100];
    println!(
        "init {init:?}  p50 {:?}  p99 {:?}  {:?}",
        at(50),
        at(99),
        function.usage()?
    );
    Ok(())
}
