//! Passages of the corpus that answer a question.

use std::collections::{HashMap, HashSet};

use mesh_index::{Corpus, Found, Hit, Passage, Query, SearchError};

use crate::knowledge::Citation;
use crate::knowledge::retrieve::PassageQuery;

/// What was found, and where nothing was, what comes closest.
#[derive(Default)]
pub(super) struct Cited {
    pub(super) total: usize,
    pub(super) best: f32,
    pub(super) citations: Vec<Citation>,
    pub(super) nearest: Vec<Citation>,
}

pub(super) fn search(corpus: &Corpus, question: &PassageQuery) -> Result<Cited, SearchError> {
    let (text, limit, threshold) = (&question.text, question.limit, question.threshold);
    let found = match &question.context {
        None => plain(corpus, text, limit, threshold),
        Some(context) => within(corpus, text, context, limit, threshold),
    }?;
    let nearest = match found.hits.is_empty() {
        true => nearest(corpus, text)?,
        false => Vec::new(),
    };
    let linked = |hit: Hit<Passage>| {
        let whole = question.whole.then(|| hit.item.text.clone());
        let mut citation = Citation::linked(corpus, hit);
        citation.quote = whole.unwrap_or(citation.quote);
        citation
    };
    Ok(Cited {
        total: found.total,
        best: found.best,
        citations: found.hits.into_iter().map(linked).collect(),
        nearest,
    })
}

/// How many documents a miss names.
pub(super) const NEAREST: usize = 3;

/// What comes closest, however far off it is, each in another document.
fn nearest(corpus: &Corpus, text: &str) -> Result<Vec<Citation>, SearchError> {
    let hits = plain(corpus, text, NEAREST * CHOICE, 0.0)?.hits;
    let mut citations: Vec<_> = hits.into_iter().map(Citation::of).collect();
    let mut seen = HashSet::new();
    citations.retain(|citation| seen.insert(citation.document_uri().to_owned()));
    citations.truncate(NEAREST);
    Ok(citations)
}

fn plain(
    corpus: &Corpus,
    text: &str,
    limit: usize,
    threshold: f32,
) -> Result<Found<Passage>, SearchError> {
    corpus.search_knowledge(&Query {
        text,
        limit,
        threshold,
    })
}

/// How many passages the context may choose among, for each one wanted.
const CHOICE: usize = 3;
/// What a passage that the context finds perfectly gains in order; too little to carry it past a clearly better answer.
const CONTEXT_WEIGHT: f32 = 0.15;

/// What answers `text`, those first that `context` finds too. Scores stay those of the question.
fn within(
    corpus: &Corpus,
    text: &str,
    context: &str,
    limit: usize,
    threshold: f32,
) -> Result<Found<Passage>, SearchError> {
    let mut found = plain(corpus, text, limit * CHOICE, threshold)?;
    let near: HashMap<String, f32> = plain(corpus, context, limit * CHOICE, 0.0)?
        .hits
        .into_iter()
        .map(|hit| (hit.item.id, hit.score))
        .collect();
    let rank = |hit: &Hit<Passage>| {
        hit.score + CONTEXT_WEIGHT * near.get(&hit.item.id).copied().unwrap_or(0.0)
    };
    found.hits.sort_by(|a, b| rank(b).total_cmp(&rank(a)));
    found.hits.truncate(limit);
    Ok(found)
}
