//! A question as the ranking sees it: its informative words, what each weighs, and which belong together.

mod compound;
mod draft;
mod misspelled;
mod rarity;
mod relatives;
mod spelling;

use std::collections::{HashMap, HashSet};

use tantivy::TantivyError;

use crate::analysis::{Analyzer, StopWords, chunks};
use crate::record::Kind;

use draft::{Draft, Spelled, bounded, drafts};

pub(crate) use rarity::Rarity;

/// Of longer questions the rarest words are kept: a page of pasted log says enough with them, and each word costs time.
const MAX_UNITS: usize = 24;

/// Up to as many words are looked up as an entry of an index is.
const MAX_ENTRY: usize = 3;

/// What a word of everyday language weighs of its rarity: it may be the subject, but in a manual it is mostly how people ask.
/// In source it is rarer, and in what people write to each other it is how they write.
const fn everyday_share(kind: Kind) -> f32 {
    match kind {
        Kind::Knowledge => 0.35,
        Kind::Code | Kind::Commit => 0.7,
        Kind::Ticket | Kind::Mail => 1.0,
    }
}

/// Says how rare a term is in the corpus.
type RarityOf<'a> = dyn FnMut(&str) -> Result<Rarity, TantivyError> + 'a;

/// What another form of a word counts of the word itself, where passages are gathered.
const RELATIVE: f32 = 0.8;

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
pub(crate) struct ParsedQuery {
    /// Every term looked for, once, and its index in `rarity`.
    pub(crate) terms: HashMap<String, usize>,
    /// How rare each term is: 0 for one that is everywhere.
    pub(crate) rarity: Vec<f32>,
    /// How the question spells each term, in lower case.
    spelling: Vec<String>,
    /// Terms of the corpus that are another form of one asked for, and that one's index.
    relatives: HashMap<String, usize>,
    /// With which letters a word can begin that is one of the terms.
    beginnings: HashSet<u8>,
    /// In the order of the question.
    pub(crate) units: Vec<Unit>,
    /// Words that may be written together or apart.
    pub(crate) compounds: Vec<Pair>,
    pub(crate) total_weight: f32,
    /// How many words it has, those without a subject too.
    pub(crate) words: usize,
    /// What a word weighs that is nowhere in the corpus.
    pub(crate) heaviest: f32,
    /// The part of the question's weight that is nowhere in the corpus.
    pub(crate) unknown: f32,
}

/// Two terms, and the one that they are together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) first: usize,
    pub(crate) second: usize,
    pub(crate) joined: usize,
}

impl ParsedQuery {
    /// Reads a question; `rarity` says how rare a term is in the corpus, or `None` if it isn't there at all. Names in source have
    /// stop words in them (`getUserById`), which count there.
    pub(crate) fn read(
        text: &str,
        kind: Kind,
        analyzer: &mut Analyzer,
        stop_words: &mut StopWords,
        rarity: &mut RarityOf<'_>,
    ) -> Result<Self, TantivyError> {
        let mut asked = Self::default();
        for draft in drafts(text, kind, analyzer, stop_words) {
            asked.add(&draft, everyday_share(kind), rarity)?;
        }
        asked.keep_the_rarest();
        asked.read_compounds(text, analyzer, rarity)?;
        if stop_words.are_english() {
            asked.read_relatives(rarity)?;
        }
        asked.heaviest = rarity("")?.weight;
        asked.read_misspelled(analyzer, rarity)?;
        asked.total_weight = asked.units.iter().map(|unit| unit.weight).sum();
        asked.words = chunks(bounded(text)).count();
        let unknown = asked.units.iter().filter(|unit| {
            let rarity = asked.rarity[unit.head()];
            rarity >= asked.heaviest
        });
        asked.unknown = unknown.map(|unit| unit.weight).sum();
        Ok(asked)
    }

    /// How much of a sentence it is, from 0 for a term or two to 1: people write either index entries or whole questions.
    pub(crate) fn sentence(&self) -> f32 {
        const SHORTEST_SENTENCE: usize = 5;
        let beyond = self.words.saturating_sub(MAX_ENTRY) as f32;
        (beyond / (SHORTEST_SENTENCE - MAX_ENTRY) as f32).min(1.0)
    }

    /// Each term to search for by itself, with the part of its rarity that counts.
    pub(crate) fn weighted_terms(&self) -> Vec<(&str, f32)> {
        let asked = self.terms.iter().map(|(term, index)| (term, *index, 1.0));
        let relatives = self.relatives.iter();
        let relatives = relatives.map(|(term, index)| (term, *index, RELATIVE));
        let mut weighted: Vec<(&str, f32)> = Vec::new();
        for (term, index, part) in asked.chain(relatives) {
            let share = part * self.share_of(index);
            if share > 0.0 {
                weighted.push((term, share));
            }
        }
        weighted.sort_unstable_by_key(|(term, _)| *term);
        weighted
    }

    /// The index of the term asked for that `term` is, or is another form of.
    pub(crate) fn index_of(&self, term: &str) -> Option<usize> {
        let index = self.terms.get(term).or_else(|| self.relatives.get(term));
        index.copied()
    }

    /// The pairs of words to search for side by side, where the question has them joined.
    pub(crate) fn pairs(&self) -> Vec<[&str; 2]> {
        let apart = self
            .compounds
            .iter()
            .filter(|pair| self.share_of(pair.first) == 0.0 || self.share_of(pair.second) == 0.0);
        let term = |index: usize| self.term_of(index).unwrap_or_default();
        apart
            .map(|pair| [term(pair.first), term(pair.second)])
            .collect()
    }

    fn term_of(&self, index: usize) -> Option<&str> {
        let found = self.terms.iter().find(|(_, term)| **term == index);
        found.map(|(term, _)| term.as_str())
    }

    fn share_of(&self, term: usize) -> f32 {
        let is_joined = self.compounds.iter().any(|pair| pair.joined == term);
        let units = self
            .units
            .iter()
            .filter(|unit| unit.parts.contains(&term) || unit.whole == Some(term));
        units
            .map(|unit| unit.weight / self.rarity[unit.head()].max(f32::MIN_POSITIVE))
            .fold(f32::from(u8::from(is_joined)), f32::max)
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

    /// Whether one of its exact names, such as `STATUS_DLL_NOT_FOUND`, is there, given how much of each unit is: whatever else it
    /// says is then about this corpus.
    pub(crate) fn is_named_in(&self, found: &[f32]) -> bool {
        let is_name = |unit: &Unit| {
            let whole = unit.whole.map(|whole| &self.spelling[whole]);
            whole.is_some_and(|name| name.contains(['_', '.', ':', '/']))
        };
        let mut units = self.units.iter().zip(found);
        units.any(|(unit, found)| *found >= 1.0 && is_name(unit))
    }

    /// Whether all that it names and the corpus knows is there, and that is something: words of everyday language name nothing.
    pub(crate) fn has_all_known_subjects_in(&self, found: &[f32]) -> bool {
        /// Two words stand together in some passage of any large corpus.
        const LEAST: usize = 3;
        let is_known_subject = |unit: &Unit| {
            let rarity = self.rarity[unit.head()];
            rarity < self.heaviest && unit.weight >= rarity
        };
        let units = self.units.iter().zip(found);
        let mut subjects = units.filter(|(unit, _)| is_known_subject(unit));
        let mut count = 0;
        subjects.all(|(_, found)| {
            count += 1;
            *found >= 1.0
        }) && count >= LEAST
    }

    fn add(
        &mut self,
        draft: &Draft,
        everyday: f32,
        rarity: &mut RarityOf<'_>,
    ) -> Result<(), TantivyError> {
        let whole_is_known = match &draft.whole {
            Some(whole) => rarity(&whole.term)?.is_known,
            None => false,
        };
        if !whole_is_known && draft.names.len() > 1 {
            for name in &draft.names {
                self.add(name, everyday, rarity)?;
            }
            return Ok(());
        }
        let mut parts = Vec::new();
        for part in &draft.parts {
            parts.push(self.term(part, rarity)?);
        }
        let whole = match &draft.whole {
            Some(whole) => Some((self.term(whole, rarity)?, whole_is_known)),
            None => None,
        };
        match whole {
            Some((whole, is_known)) if is_known || draft.is_name => {
                self.push(parts, Some(whole), 1.0);
            }
            // Nobody here writes it with a hyphen: they are words like any others.
            _ => {
                let share = if draft.is_general { everyday } else { 1.0 };
                for (part, spelled) in parts.into_iter().zip(&draft.parts) {
                    // What everybody says and this corpus never does is no subject of it, and no sign of another.
                    let says_nothing = draft.is_general || draft.is_everyday;
                    if !says_nothing || rarity(&spelled.term)?.is_known {
                        self.push(vec![part], None, share);
                    }
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
        rarity: &mut RarityOf<'_>,
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
        if self.units.len() <= MAX_UNITS {
            return;
        }
        let mut weights: Vec<f32> = self.units.iter().map(|unit| unit.weight).collect();
        weights.sort_by(|a, b| b.total_cmp(a));
        let least = weights[MAX_UNITS - 1];
        self.units.retain(|unit| unit.weight >= least);
        self.units.truncate(MAX_UNITS);
        let units = &self.units;
        let asked_for = |term: &usize| {
            units
                .iter()
                .any(|unit| unit.parts.contains(term) || unit.whole == Some(*term))
        };
        self.terms.retain(|_, term| asked_for(term));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Language, Style};

    /// The term that stands for each unit, where the corpus has all but `unknown`.
    fn heads(question: &str, unknown: &str) -> Vec<String> {
        let mut rarity = |term: &str| Ok(Rarity::of(100, if term == unknown { 0 } else { 10 }));
        let mut analyzer = Analyzer::new(Language::English, Style::Prose);
        let mut stop_words = StopWords::new(Language::English);
        let asked = ParsedQuery::read(
            question,
            Kind::Knowledge,
            &mut analyzer,
            &mut stop_words,
            &mut rarity,
        );
        let asked = asked.expect("a question");
        let heads = asked.units.iter().map(|unit| asked.term_of(unit.head()));
        heads
            .map(|head| head.unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn a_path_of_names_that_nobody_writes_is_its_names() {
        let question = "acme.db.OperationalError: locked";
        let whole = heads(question, "")[0].clone();
        assert_eq!(heads(question, ""), [whole.as_str(), "lock"]);
        let error = &heads("OperationalError", "")[0];
        assert_eq!(heads(question, &whole), ["acm", "db", error, "lock"]);
    }

    #[test]
    fn words_with_a_stroke_between_them_stay_words_without_a_subject() {
        assert_eq!(heads("locked and/or closed", "and.or"), ["lock", "close"]);
    }

    #[test]
    fn where_all_known_subjects_are_the_unknown_word_may_be_another_for_them() {
        let is_there = |term: &str| ["straighten", "photo", "horizon"].contains(&term);
        let mut rarity = |term: &str| Ok(Rarity::of(100, if is_there(term) { 10 } else { 0 }));
        let mut analyzer = Analyzer::new(Language::English, Style::Prose);
        let mut stop_words = StopWords::new(Language::English);
        let mut has_all = |question: &str, found: &[f32]| {
            let kind = Kind::Knowledge;
            let read =
                ParsedQuery::read(question, kind, &mut analyzer, &mut stop_words, &mut rarity);
            read.expect("a question").has_all_known_subjects_in(found)
        };
        let question = "straighten a crooked photo by its horizon";
        assert!(has_all(question, &[1.0, 0.0, 1.0, 1.0]));
        assert!(!has_all(question, &[1.0, 0.0, 1.0, 0.5]));
        assert!(!has_all("straighten a crooked photo", &[1.0, 0.0, 1.0]));
    }

    #[test]
    fn a_compound_word_is_one_pair_however_often_it_is_repeated() {
        let mut rarity = |_: &str| Ok(Rarity::of(100, 10));
        let read = ParsedQuery::read(
            &"shutdown ".repeat(16),
            Kind::Knowledge,
            &mut Analyzer::new(Language::English, Style::Prose),
            &mut StopWords::new(Language::English),
            &mut rarity,
        );
        let asked = read.expect("a question");
        let words = asked.compounds.iter().map(|pair| {
            [pair.first, pair.second, pair.joined]
                .map(|term| asked.term_of(term).unwrap_or_default())
        });
        let words: Vec<_> = words.collect();
        // Here every word is in the corpus, so that the repeated word is one, too.
        assert_eq!(
            words,
            [
                ["shutdown", "shutdown", "shutdownshutdown"],
                ["shut", "down", "shutdown"]
            ]
        );
    }

    #[test]
    fn an_exact_name_that_is_there_tells_what_the_question_is_about() {
        let mut rarity = |_: &str| Ok(Rarity::of(100, 10));
        let mut analyzer = Analyzer::new(Language::English, Style::Prose);
        let mut stop_words = StopWords::new(Language::English);
        let mut is_named_in = |question: &str, found: &[f32]| {
            let read = ParsedQuery::read(
                question,
                Kind::Knowledge,
                &mut analyzer,
                &mut stop_words,
                &mut rarity,
            );
            read.expect("a question").is_named_in(found)
        };
        assert!(is_named_in("DLL_NOT_FOUND on windows", &[1.0, 0.0]));
        assert!(!is_named_in("DLL_NOT_FOUND on windows", &[0.5, 1.0]));
        assert!(!is_named_in("errors on windows", &[1.0, 1.0]));
    }
}
