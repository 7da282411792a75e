//! `eval DIR`: retrieval quality on the HTML manual in DIR, beside two baselines on the same passages.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use mesh_eval::bookindex::{self, Entry};
use mesh_eval::contestant::{Contestant, Fts5, Mesh, PlainTantivy};
use mesh_eval::half::Half;
use mesh_eval::quality::{Quality, measure};
use mesh_eval::{machine, manual, questions};
use mesh_index::search::DEFAULT_THRESHOLD_KNOWLEDGE;
use tempfile::TempDir;

fn main() -> Result<()> {
    let folder: PathBuf = std::env::args()
        .nth(1)
        .context("say which folder the manual is in")?
        .into();
    let pages = manual::read(&folder)?;
    let entries = bookindex::read(&folder)?;
    introduce(&pages, &entries);
    let corpus = TempDir::new()?;
    let (mesh, mesh_seconds) = timed(|| Mesh::index(corpus.path(), &pages))?;
    let (fts5, fts5_seconds) = timed(|| Fts5::index(&pages))?;
    let (plain, plain_seconds) = timed(|| PlainTantivy::index(&pages))?;
    let contestants: [(&dyn Contestant, f64); 3] = [
        (&mesh, mesh_seconds),
        (&fts5, fts5_seconds),
        (&plain, plain_seconds),
    ];
    for half in Half::ALL {
        compare(half, &half.take(&entries), &contestants)?;
    }
    report_found(&mesh, &entries)
}

fn introduce(pages: &[manual::Page], entries: &[Entry]) {
    let passages: usize = pages.iter().map(|page| page.passages.len()).sum();
    let megabytes = manual::text_bytes(pages) as f64 / 1e6;
    print(&format!("Machine: {}", machine::describe()));
    print(&format!(
        "Corpus: {} pages, {passages} passages, {megabytes:.1} MB of text; {} questions.",
        pages.len(),
        entries.len()
    ));
}

fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let start = Instant::now();
    let done = work()?;
    Ok((done, start.elapsed().as_secs_f64()))
}

fn compare(half: Half, entries: &[Entry], contestants: &[(&dyn Contestant, f64)]) -> Result<()> {
    print(&format!(
        "\n### {} half: {} questions\n",
        half.name(),
        entries.len()
    ));
    print("| index | recall@1 | recall@5 | MRR@10 | mean ms | p50 ms | p99 ms | indexing s |");
    print("|---|---|---|---|---|---|---|---|");
    for (contestant, seconds) in contestants {
        let quality = measure(*contestant, entries)?;
        print(&row(contestant.name(), &quality, *seconds));
    }
    Ok(())
}

fn row(name: &str, quality: &Quality, seconds: f64) -> String {
    let Quality {
        recall_at_1,
        recall_at_5,
        mrr_at_10,
        latency,
        ..
    } = quality;
    format!(
        "| {name} | {recall_at_1:.3} | {recall_at_5:.3} | {mrr_at_10:.3} | {:.2} | {:.2} | {:.2} | {seconds:.1} |",
        latency.mean_ms, latency.p50_ms, latency.p99_ms
    )
}

/// How well the default threshold tells questions with an answer from questions without.
fn report_found(mesh: &Mesh, entries: &[Entry]) -> Result<()> {
    print(&format!(
        "\n### Found at the default threshold ({DEFAULT_THRESHOLD_KNOWLEDGE})\n"
    ));
    print("| questions | number | found |");
    print("|---|---|---|");
    for half in Half::ALL {
        let texts: Vec<String> = half
            .take(entries)
            .into_iter()
            .map(|entry| entry.query)
            .collect();
        let label = format!("answerable, {} half", half.name());
        print(&found_row(mesh, &label, &texts)?);
    }
    let texts: Vec<String> = questions::unanswerable().map(str::to_owned).collect();
    print(&found_row(mesh, "unanswerable", &texts)?);
    Ok(())
}

fn found_row(mesh: &Mesh, label: &str, texts: &[String]) -> Result<String> {
    let mut found = 0_usize;
    for text in texts {
        found += usize::from(mesh.best_score(text)? >= DEFAULT_THRESHOLD_KNOWLEDGE);
    }
    let share = 100.0 * found as f64 / texts.len().max(1) as f64;
    Ok(format!("| {label} | {} | {share:.1} % |", texts.len()))
}

#[expect(clippy::print_stdout, reason = "a report is what this command is for")]
fn print(line: &str) {
    println!("{line}");
}
