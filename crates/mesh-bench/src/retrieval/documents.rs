use std::path::Path;

use super::contestant::{Contestant, Fts5, Mesh, PlainTantivy, Words};
use super::half::Half;
use super::quality::{Quality, measure};
use super::question::Question;
use super::set::JudgedSet;
use super::vectors::Vectors;
use super::{archive, fusion, unanswerable};
use crate::figures::{milliseconds, quantile};
use crate::{machine, print};
use anyhow::{Result, bail};
use mesh_index::search::DEFAULT_THRESHOLD_KNOWLEDGE;
use tempfile::TempDir;

const OURS: [&str; 2] = ["by words", "with vectors"];
const BASELINES: [&str; 3] = ["FTS5", "FTS5 without stop words", "tantivy"];
/// The first two of the baselines.
const FTS5: usize = 2;

/// What vectors may cost entries of an index, which words find better.
const MAX_LOSS_BY_VECTORS: f64 = 0.01;

/// What became of one half of a set's questions.
struct Row {
    set: &'static str,
    half: Half,
    questions: usize,
    /// By words and, with a model, with vectors.
    ours: Vec<Ours>,
    baselines: Vec<Quality>,
}

struct Ours {
    quality: Quality,
    /// The share of answerable questions with `found: true`.
    answered: f64,
    /// The share of questions about other subjects with `found: true`.
    strangers: f64,
}

pub(crate) fn run(manual: &Path, model: Option<&Path>) -> Result<()> {
    print(&machine::line());
    let (mut rows, mut fused) = rows(&JudgedSet::of_manual(manual)?, model)?;
    let unpacked = TempDir::new()?;
    for name in archive::NAMES {
        let set = JudgedSet::of_archive(name, unpacked.path())?;
        let of_set = self::rows(&set, model)?;
        rows.extend(of_set.0);
        fused.extend(of_set.1);
    }
    report(&rows);
    fusion::report(&fused);
    refuse_losses(&rows)?;
    fusion::refuse_losses(&fused)
}

/// Of us beside the baselines, and of the best of us as one of three sources.
fn rows(set: &JudgedSet, model: Option<&Path>) -> Result<(Vec<Row>, Vec<fusion::Row>)> {
    print(&format!("{}: {} questions", set.name, set.questions.len()));
    let folders = [TempDir::new()?, TempDir::new()?];
    let mut ours = vec![Mesh::index(folders[0].path(), &set.pages)?];
    if let Some(model) = model {
        let vectors = Vectors::of_package(model, set.name)?;
        ours.push(Mesh::index_with_vectors(
            folders[1].path(),
            &set.pages,
            &vectors,
        )?);
    }
    let all_words = Fts5::index(&set.pages, Words::All)?;
    let telling_words = Fts5::index(&set.pages, Words::WithoutStopWords)?;
    let plain = PlainTantivy::index(&set.pages)?;
    let baselines: [&dyn Contestant; BASELINES.len()] = [&all_words, &telling_words, &plain];
    let row = |half: Half| -> Result<Row> {
        let questions = set.half(half);
        let measured: Result<Vec<Ours>> =
            ours.iter().map(|one| measured(one, &questions)).collect();
        let baselines = baselines.iter().map(|one| measure(*one, &questions));
        Ok(Row {
            set: set.name,
            half,
            questions: questions.len(),
            ours: measured?,
            baselines: baselines.collect::<Result<_>>()?,
        })
    };
    let rows = Half::ALL.into_iter().map(row).collect::<Result<_>>()?;
    let best = ours.last().expect("one by words at least");
    Ok((rows, fusion::rows(best, set)?))
}

fn measured(mesh: &Mesh, questions: &[Question]) -> Result<Ours> {
    let texts: Vec<&str> = questions.iter().map(|one| one.text.as_str()).collect();
    let strangers: Vec<&str> = unanswerable::unanswerable().collect();
    Ok(Ours {
        quality: measure(mesh, questions)?,
        answered: found(mesh, &texts)?,
        strangers: found(mesh, &strangers)?,
    })
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
    let ours = &OURS[..rows[0].ours.len()];
    let names = [ours, &BASELINES].concat();
    print("MRR@10:\n");
    print(&format!(
        "| set | half | questions | {} |",
        names.join(" | ")
    ));
    print(&format!("|---|---|--:|{}", "--:|".repeat(names.len())));
    for row in rows {
        let start = format!("{} | {} | {}", row.set, row.half.name(), row.questions);
        print(&line(&start, &reciprocal_ranks(row)));
    }
    for half in Half::ALL {
        let start = format!("mean of the sets | {} | ", half.name());
        print(&line(&start, &macro_means(rows, half)));
    }
    for (at, name) in ours.iter().enumerate() {
        print(&format!("\n{name}:\n"));
        print("| set | half | recall@1 | recall@5 | p50 ms | p99 ms | answered | other subjects |");
        print("|---|---|--:|--:|--:|--:|--:|--:|");
        for row in rows {
            print(&details(row, &row.ours[at]));
        }
    }
}

fn line(start: &str, values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{value:.3}")).collect();
    format!("| {start} | {} |", values.join(" | "))
}

/// MRR@10 of each contestant, ours first.
fn reciprocal_ranks(row: &Row) -> Vec<f64> {
    let ours = row.ours.iter().map(|ours| &ours.quality);
    ours.chain(&row.baselines)
        .map(|quality| quality.mrr_at_10)
        .collect()
}

fn macro_means(rows: &[Row], half: Half) -> Vec<f64> {
    let of_half: Vec<Vec<f64>> = rows
        .iter()
        .filter(|row| row.half == half)
        .map(reciprocal_ranks)
        .collect();
    let mean = |one: usize| of_half.iter().map(|row| row[one]).sum::<f64>() / of_half.len() as f64;
    (0..of_half[0].len()).map(mean).collect()
}

fn details(row: &Row, ours: &Ours) -> String {
    format!(
        "| {} | {} | {:.3} | {:.3} | {:.1} | {:.1} | {:.1} % | {:.1} % |",
        row.set,
        row.half.name(),
        ours.quality.recall_at_1,
        ours.quality.recall_at_5,
        milliseconds(quantile(&ours.quality.times, 0.5)),
        milliseconds(quantile(&ours.quality.times, 0.99)),
        100.0 * ours.answered,
        100.0 * ours.strangers,
    )
}

/// Over both halves of a set together: a half may hold fifty questions, of which one or two decide.
fn refuse_losses(rows: &[Row]) -> Result<()> {
    let mut lost = Vec::new();
    for halves in rows.chunks(Half::ALL.len()) {
        let set = halves[0].set;
        let means = means(halves);
        let (ours, baselines) = means.split_at(halves[0].ours.len());
        for (name, mean) in OURS.iter().zip(ours) {
            if baselines[..FTS5].iter().any(|baseline| mean < baseline) {
                lost.push(format!("{set}, {name}, is below FTS5"));
            }
        }
        if let [by_words, with_vectors] = ours
            && set == JudgedSet::MANUAL
            && *with_vectors < by_words - MAX_LOSS_BY_VECTORS
        {
            lost.push(format!("{set} loses more than a hundredth by vectors"));
        }
    }
    if !lost.is_empty() {
        bail!("{}", lost.join("; "));
    }
    Ok(())
}

/// MRR@10 of each contestant over all questions of these rows.
fn means(rows: &[Row]) -> Vec<f64> {
    let questions: usize = rows.iter().map(|row| row.questions).sum();
    let mut means = vec![0.0; reciprocal_ranks(&rows[0]).len()];
    for row in rows {
        let share = row.questions as f64 / questions.max(1) as f64;
        for (mean, of_row) in means.iter_mut().zip(reciprocal_ranks(row)) {
            *mean += share * of_row;
        }
    }
    means
}
