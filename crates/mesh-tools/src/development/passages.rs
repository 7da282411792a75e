//! Passages of documents that bear on a task, of whichever source has them.

use std::collections::HashMap;
use std::mem;

use mesh_index::{Corpus, DEFAULT_THRESHOLD_KNOWLEDGE, Hit, Passage};

use crate::knowledge::{Citation, fused};
use crate::retrieval::Ranked;
use crate::words::clip;

pub(super) struct FoundPassage {
    pub(super) citation: Citation,
    /// The whole passage, of which the citation quotes a part.
    pub(super) text: String,
}

/// A vendor does not say which part of a passage matches.
const MAX_QUOTE: usize = 300;

impl FoundPassage {
    /// The address, or the path where only a vendor has it.
    pub(super) fn reference(&self) -> &str {
        match self.citation.uri.as_str() {
            "" => &self.citation.path,
            uri => uri,
        }
    }
}

/// One order; what more than one source has is there once, as the index has it.
pub(super) fn merge(
    corpus: Option<&Corpus>,
    index: Vec<Hit<Passage>>,
    vendors: [Vec<Ranked<Citation>>; 2],
    limit: usize,
) -> Vec<FoundPassage> {
    let mut quotes = HashMap::new();
    let whole = |hit: Hit<Passage>| {
        let text = hit.item.text.clone();
        let mut citation = match corpus {
            Some(corpus) => Citation::linked(corpus, hit),
            None => Citation::of(hit),
        };
        let quote = mem::replace(&mut citation.quote, text);
        quotes.insert(citation.uri.clone(), quote);
        Ranked {
            score: citation.score.get(),
            item: citation,
        }
    };
    let mut lists = vec![index.into_iter().map(whole).collect()];
    let is_near = |found: &Ranked<_>| found.score >= DEFAULT_THRESHOLD_KNOWLEDGE;
    for found in vendors {
        lists.push(found.into_iter().filter(is_near).collect());
    }
    let found = fused(lists).into_iter().take(limit);
    let quoted = found.map(|found| quoted(found.item, &mut quotes));
    quoted.collect()
}

fn quoted(mut citation: Citation, quotes: &mut HashMap<String, String>) -> FoundPassage {
    let text = mem::take(&mut citation.quote);
    citation.quote = quotes.remove(&citation.uri).unwrap_or_else(|| {
        // What the index has not found may not be in it: its address might lead nowhere.
        citation.uri.clear();
        clip(&text, MAX_QUOTE).into_owned()
    });
    FoundPassage { citation, text }
}
