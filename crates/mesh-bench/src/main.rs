//! Measurements: how well the index answers, how fast it is, what our layers cost a request, and the Lambda function beside
//! what a user would run instead.

mod admission;
mod answers;
mod figures;
mod function;
mod machine;
mod overhead;
mod retrieval;
mod speed;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

#[derive(Parser)]
enum Command {
    /// Retrieval quality on pages, beside baselines: on every judged set, and on the book index of an HTML manual. Fails when
    /// a set falls below FTS5, and when vectors cost the book index more than a hundredth.
    Documents {
        manual: PathBuf,
        /// The published package of the model: measures with sentence vectors, too.
        model: Option<PathBuf>,
    },
    /// Retrieval quality on code, commits, tickets and mail, beside SQLite's full-text search. Fails when a kind falls below
    /// it.
    Records {
        /// The sets to measure; all, when none is named.
        sets: Vec<String>,
        #[arg(long, default_value = "quality")]
        report: retrieval::records::Report,
    },
    /// How fast an HTML manual is indexed, also when it is many times as long.
    Index { manual: PathBuf },
    /// How fast a corpus of an HTML manual is searched, also when it is many times as long.
    Query { manual: PathBuf },
    /// What our layers cost a request, beside a bare rmcp server.
    Overhead(overhead::Arguments),
    /// What an answer over several sources takes beyond what the vendors take. Fails where it is more than it may be.
    Answers(answers::Arguments),
    /// What it takes to admit a call, by policies of ten and of ten thousand rules. Fails where it is more than it may be.
    Admission,
    /// Serve as the bare rmcp server.
    Bare { corpus: PathBuf },
    /// Serve as a bare rmcp server with so many made-up tools, for `make bench-gateway`.
    Upstream {
        #[arg(long, default_value_t = 10)]
        tools: usize,
    },
    /// Index 100,000 passages, those of an HTML manual and retellings of them.
    LargeCorpus { manual: PathBuf, folder: PathBuf },
    /// The Lambda function beside what a user would run instead, cold and warm.
    Function(function::Arguments),
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::Documents { manual, model } => {
            retrieval::documents::run(&manual, model.as_deref())
        }
        Command::Records { sets, report } => retrieval::records::run(&sets, report),
        Command::Index { manual } => speed::index(&manual),
        Command::Query { manual } => speed::query(&manual),
        Command::Overhead(arguments) => overhead::run(&arguments),
        Command::Answers(arguments) => answers::run(&arguments),
        Command::Admission => admission::run(),
        Command::Bare { corpus } => overhead::bare::serve(&corpus),
        Command::Upstream { tools } => overhead::upstream::serve(tools),
        Command::LargeCorpus { manual, folder } => speed::large_corpus(&manual, &folder),
        Command::Function(arguments) => function::run(&arguments),
    }
}

#[expect(clippy::print_stdout, reason = "a report is what this command is for")]
fn print(text: &str) {
    println!("{text}");
}
