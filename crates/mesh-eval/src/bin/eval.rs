//! `eval DIR`: retrieval quality on every judged set and on the book index of the HTML manual in DIR, beside baselines on the
//! same passages. Fails when a set falls below FTS5.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use mesh_eval::contestant::{Contestant, Fts5, Mesh, PlainTantivy, Words};
use mesh_eval::half::Half;
use mesh_eval::quality::{Quality, measure};
use mesh_eval::question::Question;
use mesh_eval::set::JudgedSet;
use mesh_eval::{archive, machine, unanswerable};
use mesh_index::search::DEFAULT_THRESHOLD_KNOWLEDGE;
use tempfile::TempDir;

/// The place of mesh-index among the contestants.
const MESH: usize = 0;
const FTS5: [usize; 2] = [1, 2];
const CONTESTANTS: usize = 4;

/// What became of one half of a set's questions.
struct Row {
    set: &'static str,
    half: Half,
    questions: usize,
    quality: [Quality; CONTESTANTS],
    /// The share of answerable questions, and of questions about other subjects, with `found: true`.
    found: [f64; 2],
}

fn main() -> Result<()> {
    let folder: PathBuf = std::env::args()
        .nth(1)
        .context("say which folder the manual is in")?
        .into();
    print(&format!("Machine: {}\n", machine::describe()));
    let mut rows = rows(&JudgedSet::of_manual(&folder)?)?;
    let unpacked = TempDir::new()?;
    for name in archive::NAMES {
        rows.extend(self::rows(&JudgedSet::of_archive(name, unpacked.path())?)?);
    }
    report(&rows);
    refuse_losses(&rows)
}

fn rows(set: &JudgedSet) -> Result<Vec<Row>> {
    let corpus = TempDir::new()?;
    let mesh = Mesh::index(corpus.path(), &set.pages)?;
    let all_words = Fts5::index(&set.pages, Words::All)?;
    let telling_words = Fts5::index(&set.pages, Words::WithoutStopWords)?;
    let plain = PlainTantivy::index(&set.pages)?;
    let contestants: [&dyn Contestant; CONTESTANTS] = [&mesh, &all_words, &telling_words, &plain];
    let strangers: Vec<&str> = unanswerable::unanswerable().collect();
    let strangers_found = found(&mesh, &strangers)?;
    let row = |half: Half| -> Result<Row> {
        let questions = set.half(half);
        let texts: Vec<&str> = questions.iter().map(|one| one.text.as_str()).collect();
        Ok(Row {
            set: set.name,
            half,
            questions: questions.len(),
            quality: measured(contestants, &questions)?,
            found: [found(&mesh, &texts)?, strangers_found],
        })
    };
    Half::ALL.into_iter().map(row).collect()
}

fn measured(
    contestants: [&dyn Contestant; CONTESTANTS],
    questions: &[Question],
) -> Result<[Quality; CONTESTANTS]> {
    let [mesh, all_words, telling_words, plain] = contestants.map(|one| measure(one, questions));
    Ok([mesh?, all_words?, telling_words?, plain?])
}

/// The share of the questions that are answered at the default threshold.
fn found(mesh: &Mesh, texts: &[&str]) -> Result<f64> {
    let mut found = 0_usize;
    for text in texts {
        found += usize::from(mesh.best_score(text)? >= DEFAULT_THRESHOLD_KNOWLEDGE);
    }
    Ok(found as f64 / texts.len().max(1) as f64)
}

fn report(rows: &[Row]) {
    print(
        "| set | half | questions | mesh-index MRR@10 | FTS5 | FTS5, no stop words | plain tantivy | mesh recall@1 | recall@5 | p50 ms | p99 ms | answered | other subjects |",
    );
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for row in rows {
        print(&line(row));
    }
    for half in Half::ALL {
        let of_half: Vec<&Row> = rows.iter().filter(|row| row.half == half).collect();
        let mean = |contestant: usize| {
            let sum: f64 = of_half
                .iter()
                .map(|row| row.quality[contestant].mrr_at_10)
                .sum();
            sum / of_half.len().max(1) as f64
        };
        let means: Vec<String> = (0..CONTESTANTS)
            .map(|one| format!("{:.3}", mean(one)))
            .collect();
        print(&format!(
            "| macro mean | {} | | {} |",
            half.name(),
            means.join(" | ")
        ));
    }
}

fn line(row: &Row) -> String {
    let mesh = &row.quality[MESH];
    let reciprocal: Vec<String> = row
        .quality
        .iter()
        .map(|quality| format!("{:.3}", quality.mrr_at_10))
        .collect();
    format!(
        "| {} | {} | {} | {} | {:.3} | {:.3} | {:.1} | {:.1} | {:.1} % | {:.1} % |",
        row.set,
        row.half.name(),
        row.questions,
        reciprocal.join(" | "),
        mesh.recall_at_1,
        mesh.recall_at_5,
        mesh.latency.p50_ms,
        mesh.latency.p99_ms,
        100.0 * row.found[0],
        100.0 * row.found[1],
    )
}

/// Over both halves of a set together: a half may hold fifty questions, of which one or two decide.
fn refuse_losses(rows: &[Row]) -> Result<()> {
    let mut lost = Vec::new();
    for halves in rows.chunks(Half::ALL.len()) {
        let mean = |contestant: usize| {
            let weighted = halves
                .iter()
                .map(|row| (row.questions as f64, row.quality[contestant].mrr_at_10));
            weighted
                .map(|(questions, mrr)| questions * mrr)
                .sum::<f64>()
        };
        if FTS5.iter().any(|baseline| mean(MESH) < mean(*baseline)) {
            lost.push(halves[0].set);
        }
    }
    if !lost.is_empty() {
        bail!("mesh-index is below FTS5 on {}", lost.join(", "));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a report is what this command is for")]
fn print(line: &str) {
    println!("{line}");
}
