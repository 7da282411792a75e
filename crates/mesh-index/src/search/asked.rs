//! A question as the ranking sees it: its informative words, what each weighs, and which belong together.

use std::collections::HashMap;

use tantivy::TantivyError;

use crate::analysis::{Analyzer, StopWords, chunks};

/// Of longer questions the rarest words are kept: a page of pasted log says enough with them, and each word costs time.
const MOST_UNITS: usize = 24;

/// Words beyond this many bytes of a question aren't looked at.
const LONGEST_QUESTION: usize = 10_000;

/// A word or a name asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unit {
    /// How much of the question it is: its rarity in the corpus.
    pub(crate) weight: f32,
    /// Its words; one, but for names such as `work_mem`.
    pub(crate) parts: Vec<usize>,
    /// The name as a whole, where there is more than one word.
    pub(crate) whole: Option<usize>,
}

#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Every term looked for, once, and its index in `rarity`.
    pub(crate) terms: HashMap<String, usize>,
    /// How rare each term is: 0 for one that is everywhere.
    pub(crate) rarity: Vec<f32>,
    /// In the order of the question.
    pub(crate) units: Vec<Unit>,
    pub(crate) total_weight: f32,
}

/// A chunk of the question before anything is known about the corpus.
#[derive(Clone, Debug, PartialEq)]
struct Draft {
    parts: Vec<String>,
    whole: Option<String>,
    /// Joined by more than hyphens: somebody's exact name for something.
    is_name: bool,
}

impl Asked {
    /// Reads a question; `rarity` says how rare a term is in the corpus, or `None` if it isn't there at all.
    pub(crate) fn read(
        text: &str,
        analyzer: &mut Analyzer,
        stop_words: &mut StopWords,
        rarity: &mut dyn FnMut(&str) -> Result<Rarity, TantivyError>,
    ) -> Result<Self, TantivyError> {
        let mut asked = Self::default();
        for draft in drafts(text, analyzer, stop_words) {
            asked.add(&draft, rarity)?;
        }
        asked.keep_the_rarest();
        asked.total_weight = asked.units.iter().map(|unit| unit.weight).sum();
        Ok(asked)
    }

    fn add(
        &mut self,
        draft: &Draft,
        rarity: &mut dyn FnMut(&str) -> Result<Rarity, TantivyError>,
    ) -> Result<(), TantivyError> {
        let mut parts = Vec::new();
        for part in &draft.parts {
            parts.push(self.term(part, rarity)?);
        }
        let whole = match &draft.whole {
            Some(whole) => Some((self.term(whole, rarity)?, rarity(whole)?.is_known)),
            None => None,
        };
        match whole {
            // Nobody here writes it with a hyphen: they are words like any others.
            Some((_, false)) if !draft.is_name => {
                for part in parts {
                    self.push(vec![part], None);
                }
            }
            Some((whole, _)) => self.push(parts, Some(whole)),
            None => self.push(parts, None),
        }
        Ok(())
    }

    fn push(&mut self, parts: Vec<usize>, whole: Option<usize>) {
        let heaviest = whole.or(parts.first().copied());
        let Some(heaviest) = heaviest else {
            return;
        };
        let unit = Unit {
            weight: self.rarity[heaviest],
            parts,
            whole,
        };
        if !self.units.contains(&unit) {
            self.units.push(unit);
        }
    }

    fn term(
        &mut self,
        text: &str,
        rarity: &mut dyn FnMut(&str) -> Result<Rarity, TantivyError>,
    ) -> Result<usize, TantivyError> {
        if let Some(index) = self.terms.get(text) {
            return Ok(*index);
        }
        let index = self.rarity.len();
        self.rarity.push(rarity(text)?.weight);
        self.terms.insert(text.to_owned(), index);
        Ok(index)
    }

    fn keep_the_rarest(&mut self) {
        if self.units.len() <= MOST_UNITS {
            return;
        }
        let mut weights: Vec<f32> = self.units.iter().map(|unit| unit.weight).collect();
        weights.sort_by(|a, b| b.total_cmp(a));
        let least = weights[MOST_UNITS - 1];
        self.units.retain(|unit| unit.weight >= least);
        self.units.truncate(MOST_UNITS);
        let units = &self.units;
        let asked_for = |term: &usize| {
            units
                .iter()
                .any(|unit| unit.parts.contains(term) || unit.whole == Some(*term))
        };
        self.terms.retain(|_, term| asked_for(term));
    }
}

/// How much it says that a term is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rarity {
    pub(crate) weight: f32,
    pub(crate) is_known: bool,
}

impl Rarity {
    /// The probabilistic inverse document frequency, as in BM25: it never falls below zero.
    pub(crate) fn of(passages: u64, passages_with: u64) -> Self {
        let all = passages.max(passages_with).max(1) as f32;
        let with = passages_with as f32;
        Self {
            weight: (1.0 + (all - with + 0.5) / (with + 0.5)).ln(),
            is_known: passages_with > 0,
        }
    }
}

fn drafts(text: &str, analyzer: &mut Analyzer, stop_words: &mut StopWords) -> Vec<Draft> {
    let text = &text[..text.floor_char_boundary(LONGEST_QUESTION)];
    let mut informative = Vec::new();
    let mut all = Vec::new();
    for chunk in chunks(text) {
        let draft = draft(chunk, analyzer);
        let before_apostrophe = chunk.split(['\'', '’']).next().unwrap_or(chunk);
        if draft.is_name || !stop_words.contains(before_apostrophe) {
            informative.push(draft.clone());
        }
        all.push(draft);
    }
    if informative.is_empty() {
        all
    } else {
        informative
    }
}

fn draft(chunk: &str, analyzer: &mut Analyzer) -> Draft {
    let tokens = analyzer.tokens(chunk);
    let (parts, wholes): (Vec<_>, Vec<_>) = tokens
        .into_iter()
        .partition(|token| token.position_length == 1);
    let hyphenated =
        chunk.contains(['-', '\'', '’']) && !chunk.contains(['_', '.', ':', '/', '\\', '@']);
    Draft {
        is_name: parts.len() > 1 && !hyphenated,
        parts: parts.into_iter().map(|token| token.text).collect(),
        whole: wholes
            .into_iter()
            .max_by_key(|token| token.position_length)
            .map(|token| token.text),
    }
}
