use std::time::{Duration, Instant};

use anyhow::Result;

use crate::retrieval::contestant::Contestant;
use crate::retrieval::question::Question;

/// How far down a result is looked for.
const DEPTH: usize = 10;

/// How well a contestant answers.
#[derive(Clone, Debug)]
pub(crate) struct Quality {
    /// The share of questions with a right page at the very top.
    pub(crate) recall_at_1: f64,
    /// The share with a right page among the first five.
    pub(crate) recall_at_5: f64,
    /// The mean of one over the place of the first right page, 0 beyond ten.
    pub(crate) mrr_at_10: f64,
    pub(crate) times: Vec<Duration>,
    /// The place of the first right page of each question, from 0.
    pub(crate) places: Vec<Option<usize>>,
}

/// Asks every question once, one after the other.
pub(crate) fn measure(contestant: &dyn Contestant, questions: &[Question]) -> Result<Quality> {
    let mut places = Vec::with_capacity(questions.len());
    let mut times = Vec::with_capacity(questions.len());
    for question in questions {
        let start = Instant::now();
        let pages = contestant.pages(&question.text, DEPTH)?;
        times.push(start.elapsed());
        places.push(pages.iter().position(|page| question.pages.contains(page)));
    }
    let share = |within: usize| {
        let found = places
            .iter()
            .flatten()
            .filter(|place| **place < within)
            .count();
        found as f64 / questions.len().max(1) as f64
    };
    let reciprocal: f64 = places
        .iter()
        .flatten()
        .map(|place| 1.0 / (*place + 1) as f64)
        .sum();
    Ok(Quality {
        recall_at_1: share(1),
        recall_at_5: share(5),
        mrr_at_10: reciprocal / questions.len().max(1) as f64,
        times,
        places,
    })
}
