//! What is gained and lost by one order of three sources: the index, a vector store and a database over the same passages, the
//! latter two by test embeddings. All three are put together as the tool does.

use anyhow::{Result, bail};
use mesh_index::Passage;
use mesh_index::search::DEFAULT_THRESHOLD_KNOWLEDGE;
use mesh_tools::knowledge::{Citation, fused};
use mesh_tools::retrieval::{Ranked, Scale};

use super::contestant::{Bag, Database, Mesh, PASSAGES, distinct, passages};
use super::half::Half;
use super::pages::Page;
use super::question::Question;
use super::set::JudgedSet;
use crate::print;

const SOURCES: [&str; 3] = ["index", "database", "vector store"];

/// What putting sources together may cost, beside the best of them.
const MAX_LOSS: f64 = 0.01;

/// How far down a page is looked for.
const DEPTH: usize = 10;

/// MRR@10 over one half of a set's questions.
pub(crate) struct Row {
    set: &'static str,
    half: Half,
    questions: usize,
    alone: [f64; 3],
    fused: f64,
    /// Each of the sources left out.
    without: [f64; 3],
}

pub(crate) fn rows(index: &Mesh, set: &JudgedSet) -> Result<Vec<Row>> {
    let sources = Sources::of(index, &set.pages)?;
    let row = |half| sources.measured(set.name, half, &set.half(half));
    Half::ALL.into_iter().map(row).collect()
}

struct Sources<'a> {
    index: &'a Mesh,
    vectors: Bag,
    database: Database,
    passages: Vec<(&'a str, &'a Passage)>,
}

type Found = Vec<Ranked<Citation>>;

impl<'a> Sources<'a> {
    fn of(index: &'a Mesh, pages: &'a [Page]) -> Result<Self> {
        Ok(Self {
            index,
            vectors: Bag::index(pages),
            database: Database::index(pages)?,
            passages: passages(pages).collect(),
        })
    }

    fn measured(&self, set: &'static str, half: Half, questions: &[Question]) -> Result<Row> {
        let mut row = Row {
            set,
            half,
            questions: questions.len(),
            alone: [0.0; 3],
            fused: 0.0,
            without: [0.0; 3],
        };
        let share = 1.0 / questions.len().max(1) as f64;
        for question in questions {
            let found = self.found(&question.text)?;
            for one in 0..SOURCES.len() {
                row.alone[one] += share * reciprocal_rank(found[one].clone(), question);
                let mut others = found.to_vec();
                others.remove(one);
                row.without[one] += share * reciprocal_rank(fused(others), question);
            }
            row.fused += share * reciprocal_rank(fused(found.to_vec()), question);
        }
        Ok(row)
    }

    /// In the order in which the tool has them.
    fn found(&self, question: &str) -> Result<[Found; 3]> {
        let hits = self.index.hits(question)?;
        let index = hits.into_iter().map(|hit| {
            let page = hit.item.path.clone();
            ranked(page, Citation::of(hit))
        });
        let store = self.vectors.nearest(question, PASSAGES);
        let database = self.database.matches(&self.vectors, question, PASSAGES)?;
        Ok([
            index.collect(),
            self.scaled(database, Scale::COSINE),
            self.scaled(store, Scale::STORE),
        ])
    }

    fn scaled(&self, found: Vec<(usize, f32)>, scale: Scale) -> Found {
        let citation = |(place, score)| {
            let (page, passage): (&str, &Passage) = self.passages[place];
            let hit = mesh_index::Hit {
                item: passage.clone(),
                score: scale.ours(score, DEFAULT_THRESHOLD_KNOWLEDGE),
                quote: passage.text.clone(),
            };
            ranked(page.to_owned(), Citation::of(hit))
        };
        found.into_iter().map(citation).collect()
    }
}

/// The page goes with the passage as its address, which says of all that they are the same everywhere.
fn ranked(page: String, mut citation: Citation) -> Ranked<Citation> {
    citation.uri = page;
    Ranked {
        score: citation.score.get(),
        item: citation,
    }
}

fn reciprocal_rank(found: Found, question: &Question) -> f64 {
    let pages = distinct(found.into_iter().map(|one| one.item.uri), DEPTH);
    let place = pages.iter().position(|page| question.pages.contains(page));
    place.map_or(0.0, |place| 1.0 / (place + 1) as f64)
}

pub(crate) fn report(rows: &[Row]) {
    print("\nThree sources in one order, MRR@10:\n");
    let without = SOURCES.map(|name| format!("without {name}"));
    let (alone, without) = (SOURCES.join(" | "), without.join(" | "));
    print(&format!(
        "| set | half | questions | {alone} | fused | {without} |"
    ));
    print(&format!("|---|---|--:|{}", "--:|".repeat(7)));
    for row in rows {
        let values = row.values().map(|value| format!("{value:.3}"));
        print(&format!(
            "| {} | {} | {} | {} |",
            row.set,
            row.half.name(),
            row.questions,
            values.join(" | ")
        ));
    }
}

impl Row {
    fn values(&self) -> [f64; 7] {
        let ([a, b, c], [d, e, f]) = (self.alone, self.without);
        [a, b, c, self.fused, d, e, f]
    }
}

/// Over both halves of a set together, as for the baselines.
pub(crate) fn refuse_losses(rows: &[Row]) -> Result<()> {
    let mut lost = Vec::new();
    for halves in rows.chunks(Half::ALL.len()) {
        let questions: usize = halves.iter().map(|row| row.questions).sum();
        let mean = |value: &dyn Fn(&Row) -> f64| {
            let weighed = halves.iter().map(|row| row.questions as f64 * value(row));
            weighed.sum::<f64>() / questions.max(1) as f64
        };
        let alone: Vec<f64> = (0..3).map(|one| mean(&|row| row.alone[one])).collect();
        let best = |left_out: Option<usize>| {
            let left = alone.iter().enumerate();
            let left = left.filter(|(one, _)| Some(*one) != left_out);
            left.map(|(_, value)| *value).fold(0.0, f64::max)
        };
        let set = halves[0].set;
        if mean(&|row| row.fused) < best(None) - MAX_LOSS {
            lost.push(format!("{set}, fused, is below its best source"));
        }
        for (one, name) in SOURCES.iter().enumerate() {
            if mean(&|row| row.without[one]) < best(Some(one)) - MAX_LOSS {
                lost.push(format!(
                    "{set}, without {name}, is below the best that is left"
                ));
            }
        }
    }
    if !lost.is_empty() {
        bail!("{}", lost.join("; "));
    }
    Ok(())
}
