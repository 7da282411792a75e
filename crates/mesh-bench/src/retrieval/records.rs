use super::contestant::{Contestant, Fts5, Words};
use super::half::Half;
use super::kinds::{KindSet, SETS, Searched};
use super::quality::{Quality, measure};
use super::question::Question;
use super::unanswerable;
use crate::figures::{milliseconds, quantile};
use crate::{machine, print};
use anyhow::{Result, bail};
use tempfile::TempDir;

/// The place of mesh-index among the contestants, and that of FTS5 without stop words, the stronger of the two on sentences.
const MESH: usize = 0;
const BASELINE: usize = 2;
const CONTESTANTS: usize = 3;

struct Measured {
    set: KindSet,
    mesh: Searched,
    fts5: [Fts5; 2],
    _corpus: TempDir,
}

impl Measured {
    fn of(set: KindSet) -> Result<Self> {
        let corpus = TempDir::new()?;
        let pages = set.pages();
        Ok(Self {
            mesh: Searched::index(corpus.path(), set.kind, &set.records)?,
            fts5: [
                Fts5::index(&pages, Words::All)?,
                Fts5::index(&pages, Words::WithoutStopWords)?,
            ],
            set,
            _corpus: corpus,
        })
    }

    fn quality(&self, questions: &[Question]) -> Result<[Quality; CONTESTANTS]> {
        let contestants: [&dyn Contestant; CONTESTANTS] =
            [&self.mesh, &self.fts5[0], &self.fts5[1]];
        let [mesh, all_words, telling_words] = contestants.map(|one| measure(one, questions));
        Ok([mesh?, all_words?, telling_words?])
    }

    /// The best score of each question, lowest first.
    fn best_scores<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Result<Vec<f32>> {
        let mut scores: Vec<f32> = texts
            .map(|text| self.mesh.best_score(text))
            .collect::<Result<_>>()?;
        scores.sort_by(f32::total_cmp);
        Ok(scores)
    }
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Report {
    /// Both halves, beside the baselines.
    Quality,
    /// Of the development half: where each answer was found.
    Misses,
    /// Of the development half: what other thresholds would answer.
    Thresholds,
}

pub(crate) fn run(chosen: &[String], report: Report) -> Result<()> {
    let unpacked = TempDir::new()?;
    let sets = SETS
        .into_iter()
        .filter(|(name, _)| chosen.is_empty() || chosen.iter().any(|one| one == name))
        .map(|(name, kind)| KindSet::of_archive(name, kind, unpacked.path()));
    let sets: Vec<Measured> = sets.map(|set| Measured::of(set?)).collect::<Result<_>>()?;
    match report {
        Report::Quality => quality(&sets),
        Report::Misses => sets.iter().try_for_each(misses),
        Report::Thresholds => sets.iter().try_for_each(thresholds),
    }
}

fn quality(sets: &[Measured]) -> Result<()> {
    print(&machine::line());
    print(
        "| set | half | questions | records | mesh-index MRR@10 | FTS5 | FTS5, no stop words | recall@1 | FTS5, no stop words | recall@5 | FTS5, no stop words | p50 ms | answered | other subjects |",
    );
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    let mut lost = Vec::new();
    for one in sets {
        let strangers = one.best_scores(unanswerable::unanswerable())?;
        for half in Half::ALL {
            print(&line(one, half, &strangers)?);
        }
        let over_both = one.quality(&one.set.questions)?;
        if over_both[MESH].mrr_at_10 < over_both[BASELINE].mrr_at_10 {
            lost.push(one.set.name);
        }
    }
    if !lost.is_empty() {
        bail!("mesh-index is below FTS5 on {}", lost.join(", "));
    }
    Ok(())
}

fn line(one: &Measured, half: Half, strangers: &[f32]) -> Result<String> {
    let questions = one.set.half(half);
    let quality = one.quality(&questions)?;
    let reciprocal = quality
        .each_ref()
        .map(|one| format!("{:.3}", one.mrr_at_10));
    let (mesh, baseline) = (&quality[MESH], &quality[BASELINE]);
    let threshold = one.mesh.threshold();
    let found = one.best_scores(questions.iter().map(|one| one.text.as_str()))?;
    Ok(format!(
        "| {} | {} | {} | {} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.1} | {:.1} % | {:.1} % |",
        one.set.name,
        half.name(),
        questions.len(),
        one.set.records.len(),
        reciprocal.join(" | "),
        mesh.recall_at_1,
        baseline.recall_at_1,
        mesh.recall_at_5,
        baseline.recall_at_5,
        milliseconds(quantile(&mesh.times, 0.5)),
        percent_from(&found, threshold),
        percent_from(strangers, threshold),
    ))
}

fn misses(one: &Measured) -> Result<()> {
    let questions = one.set.half(Half::Development);
    let quality = one.quality(&questions)?;
    print(&format!(
        "\n{}: mesh-index, FTS5, best score, question (first hit)",
        one.set.name
    ));
    for (at, question) in questions.iter().enumerate() {
        let place = |contestant: usize| {
            quality[contestant].places[at].map_or("-".to_owned(), |place| (place + 1).to_string())
        };
        let best = one.mesh.best_score(&question.text)?;
        let first = one.mesh.pages(&question.text, 1)?.join("");
        print(&format!(
            "{:>2} {:>2} {best:.2} {} ({first})",
            place(MESH),
            place(BASELINE),
            question.text
        ));
    }
    Ok(())
}

fn thresholds(one: &Measured) -> Result<()> {
    let questions = one.set.half(Half::Development);
    let found = one.best_scores(questions.iter().map(|one| one.text.as_str()))?;
    let strangers = one.best_scores(unanswerable::unanswerable())?;
    print(&format!(
        "\n{}: threshold, answered, other subjects",
        one.set.name
    ));
    for threshold in (1..=20_u8).map(|step| f32::from(step) * 0.025) {
        print(&format!(
            "{threshold:.3} {:>5.1} % {:>5.1} %",
            percent_from(&found, threshold),
            percent_from(&strangers, threshold)
        ));
    }
    Ok(())
}

/// How many of the scores, in percent, reach the threshold.
fn percent_from(scores: &[f32], threshold: f32) -> f64 {
    let reached = scores.iter().filter(|score| **score >= threshold).count();
    100.0 * reached as f64 / scores.len().max(1) as f64
}
