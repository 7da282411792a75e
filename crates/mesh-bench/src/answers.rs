//! What an answer over several sources takes beyond what the vendors take, in process, beside vendors on loopback that take a
//! fixed time each. No model writes: what is measured is the search in all of them, the one order, and the JSON.

mod alone;
mod server;
mod vendors;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

use crate::figures::{milliseconds, quantile};
use crate::{machine, print};

use alone::Alone;
use server::Server;
use vendors::Vendors;

#[derive(Args)]
pub(crate) struct Arguments {
    /// A corpus of documents, of which the vendors hold some passages, too.
    #[arg(long)]
    corpus: PathBuf,
    /// What is asked: words that occur in the corpus.
    #[arg(
        long,
        default_value = "how does vacuum reclaim the storage of dead rows?"
    )]
    question: String,
    /// Answers beside fast vendors.
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// Answers beside slow ones.
    #[arg(long, default_value_t = 10)]
    slow_rounds: usize,
}

/// What each source takes: the database half of it for the question's vector and half for the search.
const FAST: Duration = Duration::from_millis(40);
const SLOW: Duration = Duration::from_millis(800);

const MAX_ADDED: Duration = Duration::from_millis(5);
const MAX_OF_SLOW: Duration = Duration::from_millis(850);

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    print(&machine::line());
    let vendors = Vendors::start(&arguments.corpus, &arguments.question)?;
    let server = Server::beside(&vendors, &arguments.corpus)?;
    let mut alone = Alone::of(&vendors, &server, &arguments.question)?;
    print(
        "| each source takes ms | rounds | answer p50 ms | p99 | vendors alone p50 ms | p99 | added p50 ms | p99 |",
    );
    print("|--:|--:|--:|--:|--:|--:|--:|--:|");
    let fast = rounds(&vendors, &server, &mut alone, (FAST, arguments))?;
    let slow = rounds(&vendors, &server, &mut alone, (SLOW, arguments))?;
    let added = quantile(&fast.added(), 0.5);
    let answered = quantile(&slow.answers, 0.5);
    print("\n| goal | at most ms | reached |\n|---|--:|--:|");
    let goals = [
        ("added to what the vendors take, p50", MAX_ADDED, added),
        ("three sources of 800 ms each, p50", MAX_OF_SLOW, answered),
    ];
    for (goal, at_most, reached) in goals {
        let (at_most, reached) = (milliseconds(at_most), milliseconds(reached));
        print(&format!("| {goal} | {at_most:.0} | {reached:.1} |"));
    }
    let missed = goals
        .iter()
        .filter(|(_, at_most, reached)| reached > at_most);
    let missed: Vec<_> = missed.map(|(goal, ..)| *goal).collect();
    if !missed.is_empty() {
        bail!("missed: {}", missed.join("; "));
    }
    Ok(())
}

/// What became of the rounds beside vendors of one speed.
#[derive(Default)]
struct Rounds {
    answers: Vec<Duration>,
    /// The requests of the slowest source alone, in the same rounds.
    alone: Vec<Duration>,
}

impl Rounds {
    fn added(&self) -> Vec<Duration> {
        let rounds = self.answers.iter().zip(&self.alone);
        rounds
            .map(|(answer, alone)| answer.saturating_sub(*alone))
            .collect()
    }
}

/// One answer and the vendors alone in turn, so that whatever else the machine does falls on both.
fn rounds(
    vendors: &Vendors,
    server: &Server,
    alone: &mut Alone,
    (each, arguments): (Duration, &Arguments),
) -> Result<Rounds> {
    let count = match each {
        SLOW => arguments.slow_rounds,
        _ => arguments.rounds,
    };
    vendors.delay(each);
    let mut rounds = Rounds::default();
    for round in 0..count + WARM_UP {
        let answer = server.ask(&arguments.question)?;
        let without_us = alone.ask()?;
        if round >= WARM_UP {
            rounds.answers.push(answer);
            rounds.alone.push(without_us);
        }
    }
    let added = rounds.added();
    let at = |times: &[Duration]| {
        let [median, worst] = [0.5, 0.99].map(|share| milliseconds(quantile(times, share)));
        format!("{median:.1} | {worst:.1}")
    };
    print(&format!(
        "| {} | {count} | {} | {} | {} |",
        each.as_millis(),
        at(&rounds.answers),
        at(&rounds.alone),
        at(&added)
    ));
    Ok(rounds)
}

const WARM_UP: usize = 3;
