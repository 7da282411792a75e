//! `lambda-bench`: our function, the least one possible, and what a user would run instead, each started and called as
//! Lambda does it.
//!
//! Everything takes turns: in a round each contestant is started once, and later each answers one batch of calls. What is
//! compared is the ratio to the plain server of the same round, so that whatever else the machine does falls on both.
//! The driver and the function it calls share one processor when `taskset` gives them one; nothing else is awake then.

mod cold;
mod contestant;
mod figures;
mod goals;
mod knowledge;
mod measured;
mod order;
mod places;
mod request;
mod table;
mod warm;

use anyhow::Result;
use clap::Parser;

use crate::measured::Measured;
use crate::places::Places;

#[derive(Parser)]
struct Arguments {
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
async fn main() -> Result<()> {
    let Arguments {
        places,
        rounds,
        calls,
    } = Arguments::parse();
    let contestants = contestant::all(&places)?;
    let mut measured = Measured::of_all(&contestants)?;
    cold::measure(&contestants, &mut measured, rounds).await?;
    warm::measure(&contestants, &mut measured, rounds, calls).await?;
    let queries = knowledge::measure(&contestants, &mut measured, &places.manual).await?;
    print(&table::machine(rounds, calls));
    print(&table::contestants(&measured));
    print(&table::goals(&goals::judge(&measured, &queries)?));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a report is what this command is for")]
fn print(text: &str) {
    println!("{text}");
}
