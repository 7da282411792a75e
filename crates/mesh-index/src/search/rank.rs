//! From a question to hits: read it, gather, weigh, leave out what repeats, quote.

use std::collections::BTreeSet;

use tantivy::TantivyError;

use super::candidates::{gather, rarity, usual_lengths};
use super::evidence::Evidence;
use super::field_match::Sight;
use super::item::Item;
use super::meaning::Nearness;
use super::parsed_query::ParsedQuery;
use super::quote::quote;
use super::releases::step_back;
use super::repetition::without_repetitions;
use super::score::score;
use super::sibling_evidence::sibling_evidence;
use super::{Clauses, Found, Hit, Query, SearchError};
use crate::analysis::Analyzer;
use crate::corpus::{Corpus, Snapshot};
use crate::record::Kind;

pub(super) struct Scored<T> {
    pub(super) score: f32,
    pub(super) item: T,
}

pub(super) fn rank<T: Item>(
    corpus: &Corpus,
    snapshot: &Snapshot,
    kind: Kind,
    query: &Query<'_>,
    clauses: Clauses<'_>,
) -> Result<Found<T>, SearchError> {
    corpus.check_cutoff()?;
    let mut analyzer = snapshot.analyzer(kind);
    let asked = read(snapshot, kind, query.text, &mut analyzer)?;
    let mut scored = weigh::<T>(
        corpus,
        snapshot,
        kind,
        &asked,
        query.text,
        clauses,
        &mut analyzer,
    )?;
    step_back(&mut scored, &asked, query.text);
    scored.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.item.id().cmp(b.item.id()))
    });
    let best = scored.first().map_or(0.0, |first| first.score);
    scored.retain(|one| one.score >= query.threshold);
    let (shown, rest) = without_repetitions(scored, query.limit);
    let total = shown.len() + rest;
    let hits = shown.into_iter().map(|one| Hit {
        score: one.score,
        quote: quote(&one.item.text(), &asked, &mut analyzer),
        item: one.item,
    });
    Ok(Found {
        hits: hits.collect(),
        total,
        best,
    })
}

pub(super) fn read(
    snapshot: &Snapshot,
    kind: Kind,
    text: &str,
    analyzer: &mut Analyzer,
) -> Result<ParsedQuery, TantivyError> {
    let mut stop_words = snapshot.stop_words.clone();
    let mut rarity_of = |term: &str| rarity(snapshot, kind, term);
    ParsedQuery::read(text, kind, analyzer, &mut stop_words, &mut rarity_of)
}

fn weigh<T: Item>(
    corpus: &Corpus,
    snapshot: &Snapshot,
    kind: Kind,
    asked: &ParsedQuery,
    text: &str,
    clauses: Clauses<'_>,
    analyzer: &mut Analyzer,
) -> Result<Vec<Scored<T>>, SearchError> {
    let usual = usual_lengths(snapshot, kind)?;
    let nearness = Nearness::of(snapshot, text, asked.words);
    let mut candidates = BTreeSet::new();
    if let Some(nearness) = &nearness {
        candidates.extend(nearness.candidates(snapshot, kind, clauses.clone())?);
    }
    candidates.extend(gather(snapshot, kind, asked, clauses)?);
    let mut items: Vec<T> = Vec::new();
    let mut addresses = Vec::new();
    let mut evidence = Vec::new();
    for address in candidates {
        corpus.check_cutoff()?;
        let Some(item) = snapshot.record::<T>(address)? else {
            continue;
        };
        let sight = Sight::of(&item.parts(), asked, analyzer);
        evidence.push(Evidence::weigh(asked, &sight, &usual));
        items.push(item);
        addresses.push(address);
    }
    let documents: Vec<&str> = items.iter().map(Item::document).collect();
    let siblings = sibling_evidence(asked, &documents, &evidence);
    let scores: Vec<f32> = evidence
        .iter()
        .zip(&siblings)
        .map(|(own, others)| score(asked, own, others))
        .zip(addresses)
        .map(|(score, address)| match &nearness {
            Some(nearness) => nearness.blend(score, address),
            None => score,
        })
        .collect();
    let scored = items.into_iter().zip(scores);
    Ok(scored.map(|(item, score)| Scored { score, item }).collect())
}
