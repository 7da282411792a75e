//! From a question to hits: read it, gather, weigh, leave out what repeats, quote.

use std::collections::HashMap;

use tantivy::TantivyError;

use super::asked::Asked;
use super::candidates::{gather, rarity};
use super::duplicate::Shingles;
use super::evidence::Evidence;
use super::item::Item;
use super::quote::quote;
use super::score::score;
use super::sightings::Sight;
use super::{Clauses, Found, Hit, Query, SearchError};
use crate::analysis::Analyzer;
use crate::corpus::Snapshot;
use crate::record::Kind;
use crate::store::parts::of_record;

/// More passages of one document would push others out; its reader finds the rest by opening it.
const MOST_PER_DOCUMENT: usize = 3;

struct Scored<T> {
    score: f32,
    item: T,
}

pub(super) fn rank<T: Item>(
    snapshot: &Snapshot,
    kind: Kind,
    query: &Query<'_>,
    clauses: Clauses<'_>,
) -> Result<Found<T>, SearchError> {
    let mut analyzer = snapshot.analyzer.clone();
    let asked = read(snapshot, kind, query.text, &mut analyzer)?;
    let mut scored = weigh::<T>(snapshot, kind, &asked, clauses, &mut analyzer)?;
    scored.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.item.id().cmp(b.item.id()))
    });
    let best = scored.first().map_or(0.0, |first| first.score);
    scored.retain(|one| one.score >= query.threshold);
    let scored = if T::IS_PASSAGE {
        without_repetitions(scored)
    } else {
        scored
    };
    let total = scored.len();
    let hits = scored.into_iter().take(query.limit).map(|one| Hit {
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

fn read(
    snapshot: &Snapshot,
    kind: Kind,
    text: &str,
    analyzer: &mut Analyzer,
) -> Result<Asked, TantivyError> {
    let mut stop_words = snapshot.stop_words.clone();
    let mut rarity_of = |term: &str| rarity(snapshot, kind, term);
    Asked::read(text, analyzer, &mut stop_words, &mut rarity_of)
}

fn weigh<T: Item>(
    snapshot: &Snapshot,
    kind: Kind,
    asked: &Asked,
    clauses: Clauses<'_>,
    analyzer: &mut Analyzer,
) -> Result<Vec<Scored<T>>, TantivyError> {
    let mut scored = Vec::new();
    for address in gather(snapshot, kind, asked, clauses)? {
        let Some(record) = snapshot.record(address)? else {
            continue;
        };
        let sight = Sight::of(&of_record(&record), asked, analyzer);
        let score = score(&Evidence::weigh(asked, &sight));
        scored.extend(T::of(record).map(|item| Scored { score, item }));
    }
    Ok(scored)
}

/// Leaves out near-duplicates of better hits, and all but the best few of a document.
fn without_repetitions<T: Item>(scored: Vec<Scored<T>>) -> Vec<Scored<T>> {
    let mut kept: Vec<Scored<T>> = Vec::new();
    let mut texts: Vec<Shingles> = Vec::new();
    let mut of_document: HashMap<String, usize> = HashMap::new();
    for one in scored {
        let count = of_document
            .entry(one.item.document().to_owned())
            .or_default();
        let shingles = Shingles::of(&one.item.text());
        if *count >= MOST_PER_DOCUMENT || texts.iter().any(|text| text.is_same_as(&shingles)) {
            continue;
        }
        *count += 1;
        texts.push(shingles);
        kept.push(one);
    }
    kept
}
