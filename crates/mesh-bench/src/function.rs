//! Our function, the least one possible, and what a user would run instead, each started and called as
//! Lambda does it.
//!
//! Everything takes turns: in a round each contestant is started once, and later each answers one batch of calls. What is
//! compared is the ratio to the plain server of the same round, so that whatever else the machine does falls on both.
//! The driver and the function it calls share one processor when `taskset` gives them one; nothing else is awake then.

mod children;
mod cold;
mod contestant;
mod goals;
mod knowledge;
mod measured;
mod order;
mod places;
mod request;
mod table;
mod warm;

use anyhow::Result;
use clap::Args;

use crate::print;

use measured::Measured;
use places::Places;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    places: Places,
    /// Cold starts of each contestant, and batches of warm calls.
    #[arg(long, default_value_t = 25)]
    rounds: usize,
    /// Warm calls in a batch, of each kind.
    #[arg(long, default_value_t = 200)]
    calls: usize,
}

/// One thread: no other stands between the clock and the function's socket.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    let &Arguments {
        ref places,
        rounds,
        calls,
    } = arguments;
    let contestants = contestant::all(places)?;
    cold::write_list(&contestants, &places.voice_tools()?).await?;
    let mut measured = Measured::of_all(&contestants)?;
    cold::measure(&contestants, &mut measured, rounds).await?;
    warm::measure(&contestants, &mut measured, rounds, calls).await?;
    let queries = knowledge::measure(&contestants, &mut measured, &places.manual).await?;
    let children = children::measure(&contestants, &mut measured, rounds).await?;
    print(&table::machine(rounds, calls));
    print(&table::contestants(&measured));
    print(&table::children(&children));
    print(&table::goals(&goals::judge(
        &measured, &queries, &children,
    )?));
    Ok(())
}
