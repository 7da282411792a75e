use std::path::Path;
use std::time::{Duration, Instant};

use crate::figures::{milliseconds, quantile};
use crate::retrieval::bookindex;
use crate::retrieval::bulk::multiply;
use crate::retrieval::contestant::Mesh;
use crate::retrieval::half::Half;
use crate::retrieval::pages::{self, Page};
use crate::retrieval::question::Question;
use crate::{machine, print};
use anyhow::Result;
use mesh_index::search::{DEFAULT_THRESHOLD_KNOWLEDGE, Query};
use tempfile::TempDir;

const SIZES: [usize; 2] = [10_000, 100_000];

pub(crate) fn large_corpus(manual: &Path, folder: &Path) -> Result<()> {
    Mesh::index(folder, &multiply(&pages::read(manual)?, SIZES[1]))?;
    Ok(())
}

/// Reading the pages and writing the index both count; both happen on one core, as tantivy's writer thread and the reader
/// take turns only on a machine with more.
pub(crate) fn index(manual: &Path) -> Result<()> {
    let start = Instant::now();
    let pages = pages::read(manual)?;
    let reading = start.elapsed();
    print(&machine::line());
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

pub(crate) fn query(manual: &Path) -> Result<()> {
    let pages = pages::read(manual)?;
    let questions = Half::HeldOut.take(&bookindex::read(manual)?, 0);
    print(&machine::line());
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
    let open_ms = milliseconds(start.elapsed());
    let times: Result<Vec<Duration>> = questions
        .iter()
        .map(|question| ask(&mesh, &question.text))
        .collect();
    let times = times?;
    let mean_ms = milliseconds(times.iter().sum()) / times.len().max(1) as f64;
    let at = |share| milliseconds(quantile(&times, share));
    Ok(format!(
        "| {size} | {open_ms:.1} | {mean_ms:.2} | {:.2} | {:.2} | {} |",
        at(0.5),
        at(0.99),
        machine::resident_kb(std::process::id())? / 1024
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
