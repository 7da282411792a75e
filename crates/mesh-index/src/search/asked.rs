//! A question as the ranking sees it: its informative words, what each weighs, and which belong together.

use std::collections::{HashMap, HashSet};

use tantivy::TantivyError;

use crate::analysis::{Analyzer, StopWords, Token, chunks};

/// Of longer questions the rarest words are kept: a page of pasted log says enough with them, and each word costs time.
const MOST_UNITS: usize = 24;

/// Words beyond this many bytes of a question aren't looked at.
const LONGEST_QUESTION: usize = 10_000;

/// What a word of everyday language weighs of its rarity: it may be the subject, but mostly it is how people ask.
const GENERAL: f32 = 0.35;

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

impl Unit {
    /// The term that stands for it.
    pub(crate) fn head(&self) -> usize {
        self.whole.unwrap_or(self.parts[0])
    }
}

#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Every term looked for, once, and its index in `rarity`.
    pub(crate) terms: HashMap<String, usize>,
    /// How rare each term is: 0 for one that is everywhere.
    pub(crate) rarity: Vec<f32>,
    /// How the question spells each term, in lower case.
    spelling: Vec<String>,
    /// With which letters a word can begin that is one of the terms.
    beginnings: HashSet<u8>,
    /// In the order of the question.
    pub(crate) units: Vec<Unit>,
    pub(crate) total_weight: f32,
}

/// A term, and the letters it was made of.
#[derive(Clone, Debug, PartialEq)]
struct Spelled {
    term: String,
    letters: String,
}

/// A chunk of the question before anything is known about the corpus.
#[derive(Clone, Debug, PartialEq)]
struct Draft {
    parts: Vec<Spelled>,
    whole: Option<Spelled>,
    /// Joined by more than hyphens: somebody's exact name for something.
    is_name: bool,
    /// A word of everyday language.
    is_general: bool,
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

    /// The part of the question's weight that is there, given how much of each unit is.
    pub(crate) fn share(&self, found: &[f32]) -> f32 {
        if self.total_weight <= 0.0 {
            return 0.0;
        }
        let weighted = self.units.iter().zip(found);
        let sum: f32 = weighted.map(|(unit, found)| unit.weight * found).sum();
        (sum / self.total_weight).clamp(0.0, 1.0)
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
            Some(whole) => Some((self.term(whole, rarity)?, rarity(&whole.term)?.is_known)),
            None => None,
        };
        match whole {
            Some((whole, is_known)) if is_known || draft.is_name => {
                self.push(parts, Some(whole), 1.0);
            }
            // Nobody here writes it with a hyphen: they are words like any others.
            _ => {
                let share = if draft.is_general { GENERAL } else { 1.0 };
                for part in parts {
                    self.push(vec![part], None, share);
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, parts: Vec<usize>, whole: Option<usize>, share: f32) {
        if parts.is_empty() {
            return;
        }
        let mut unit = Unit {
            weight: 0.0,
            parts,
            whole,
        };
        unit.weight = share * self.rarity[unit.head()];
        if !self.units.contains(&unit) {
            self.units.push(unit);
        }
    }

    fn term(
        &mut self,
        spelled: &Spelled,
        rarity: &mut dyn FnMut(&str) -> Result<Rarity, TantivyError>,
    ) -> Result<usize, TantivyError> {
        if let Some(index) = self.terms.get(&spelled.term) {
            return Ok(*index);
        }
        let index = self.rarity.len();
        self.rarity.push(rarity(&spelled.term)?.weight);
        self.beginnings.extend(spelled.term.bytes().next());
        self.beginnings.extend(spelled.letters.bytes().next());
        self.spelling.push(spelled.letters.clone());
        self.terms.insert(spelled.term.clone(), index);
        Ok(index)
    }

    /// Whether a word that begins with this ASCII byte can be one of the terms.
    pub(crate) fn may_begin_with(&self, byte: u8) -> bool {
        self.beginnings.contains(&byte.to_ascii_lowercase())
    }

    pub(crate) fn is_spelled(&self, term: usize, letters: &str) -> bool {
        self.spelling[term].eq_ignore_ascii_case(letters)
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
        let mut draft = draft(chunk, analyzer);
        draft.is_general = !is_shouted(chunk) && stop_words.is_general(chunk);
        let before_apostrophe = chunk.split(['\'', '’']).next().unwrap_or(chunk);
        if draft.is_name || is_shouted(before_apostrophe) || !stop_words.contains(before_apostrophe)
        {
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

/// `FROM` and `AND` are keywords, `from` and `and` are not.
fn is_shouted(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn draft(chunk: &str, analyzer: &mut Analyzer) -> Draft {
    let tokens = analyzer.tokens(chunk);
    let (parts, wholes): (Vec<_>, Vec<_>) = tokens
        .into_iter()
        .partition(|token| token.position_length == 1);
    let hyphenated =
        chunk.contains(['-', '\'', '’']) && !chunk.contains(['_', '.', ':', '/', '\\', '@']);
    let longest = wholes.into_iter().max_by_key(|token| token.position_length);
    Draft {
        is_name: parts.len() > 1 && !hyphenated,
        parts: parts.iter().map(|token| spelled(chunk, token)).collect(),
        whole: longest.map(|token| spelled(chunk, &token)),
        is_general: false,
    }
}

fn spelled(chunk: &str, token: &Token) -> Spelled {
    Spelled {
        term: token.text.clone(),
        letters: chunk[token.offset_from..token.offset_to].to_lowercase(),
    }
}
