//! `bench index DIR` and `bench query DIR`: how fast the HTML manual in DIR is indexed and searched, also when it is many
//! times as long.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use mesh_eval::bookindex;
use mesh_eval::bulk::multiply;
use mesh_eval::contestant::Mesh;
use mesh_eval::half::Half;
use mesh_eval::latency::Latency;
use mesh_eval::machine;
use mesh_eval::pages::{self, Page};
use mesh_eval::question::Question;
use mesh_index::search::{DEFAULT_THRESHOLD_KNOWLEDGE, Query};
use tempfile::TempDir;

const SIZES: [usize; 2] = [10_000, 100_000];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let folder = arguments.next().context("usage: bench index|query DIR")?;
    print(&format!("Machine: {}\n", machine::describe()));
    match what.as_str() {
        "index" => bench_index(Path::new(&folder)),
        "query" => bench_query(Path::new(&folder)),
        other => bail!("`{other}` is neither `index` nor `query`"),
    }
}

/// Reading the pages and writing the index both count; both happen on one core, as tantivy's writer thread and the reader
/// take turns only on a machine with more.
fn bench_index(folder: &Path) -> Result<()> {
    let start = Instant::now();
    let pages = pages::read(folder)?;
    let reading = start.elapsed();
    print("| passages | text MB | reading s | writing s | MB a minute |");
    print("|---|---|---|---|---|");
    for size in [count(&pages), SIZES[1]] {
        let many = multiply(&pages, size);
        let megabytes = pages::text_bytes(&many) as f64 / 1e6;
        let corpus = TempDir::new()?;
        let start = Instant::now();
        Mesh::index(corpus.path(), &many)?;
        let writing = start.elapsed().as_secs_f64();
        let reading = reading.as_secs_f64() * size as f64 / count(&pages) as f64;
        let a_minute = 60.0 * megabytes / (reading + writing);
        print(&format!(
            "| {size} | {megabytes:.1} | {reading:.1} | {writing:.1} | {a_minute:.0} |"
        ));
    }
    Ok(())
}

fn bench_query(folder: &Path) -> Result<()> {
    let pages = pages::read(folder)?;
    let questions = Half::HeldOut.take(&bookindex::read(folder)?);
    print("| passages | open ms | mean ms | p50 ms | p99 ms | resident MB |");
    print("|---|---|---|---|---|---|");
    for size in SIZES {
        let corpus = TempDir::new()?;
        Mesh::index(corpus.path(), &multiply(&pages, size))?;
        print(&query_row(corpus.path(), size, &questions)?);
    }
    Ok(())
}

fn query_row(corpus: &Path, size: usize, questions: &[Question]) -> Result<String> {
    let start = Instant::now();
    let mesh = Mesh::open(corpus)?;
    let open_ms = start.elapsed().as_secs_f64() * 1e3;
    let times: Result<Vec<Duration>> = questions
        .iter()
        .map(|question| ask(&mesh, &question.text))
        .collect();
    let Latency {
        mean_ms,
        p50_ms,
        p99_ms,
    } = Latency::of(times?);
    Ok(format!(
        "| {size} | {open_ms:.1} | {mean_ms:.2} | {p50_ms:.2} | {p99_ms:.2} | {} |",
        machine::resident_mb()
    ))
}

/// As a tool asks: the ten best above the default threshold, with their quotes.
fn ask(mesh: &Mesh, text: &str) -> Result<Duration> {
    let start = Instant::now();
    let query = Query {
        text,
        limit: 10,
        threshold: DEFAULT_THRESHOLD_KNOWLEDGE,
    };
    mesh.corpus.search_knowledge(&query)?;
    Ok(start.elapsed())
}

fn count(pages: &[Page]) -> usize {
    pages.iter().map(|page| page.passages.len()).sum()
}

#[expect(clippy::print_stdout, reason = "a report is what this command is for")]
fn print(line: &str) {
    println!("{line}");
}
