//! Words that nobody here writes, one slip of the hand from one that the corpus has.

use std::collections::HashSet;

use tantivy::TantivyError;

use super::{ParsedQuery, Rarity, RarityOf};
use crate::analysis::Analyzer;

/// How many words of a question may be misspelt.
const MOST: usize = 2;

/// Of the shortest too many others are one letter away: two letters in the wrong order are all that is seen through in them.
const SHORTEST: usize = 5;
const SHORTEST_LENGTHENED: usize = 6;
const LONGEST: usize = 20;

/// One letter for another makes a word of most short words, and slips of this kind are rarer than the others.
const SHORTEST_EXCHANGED: usize = 9;

/// Of the stem of what was meant; of a word below [`SHORTEST_LONG`] one less.
const SHORTEST_STEM: usize = 5;
const SHORTEST_LONG: usize = 7;

impl ParsedQuery {
    /// Takes a word or two of the question that are nowhere in the corpus for the most frequent that each may have been meant
    /// for. Where there are more, or one was meant for none, the question is about something else.
    pub(super) fn read_misspelled(
        &mut self,
        analyzer: &mut Analyzer,
        rarity: &mut RarityOf<'_>,
    ) -> Result<(), TantivyError> {
        let unknown =
            (0..self.units.len()).filter(|at| self.rarity[self.units[*at].head()] >= self.heaviest);
        let unknown: Vec<usize> = unknown.collect();
        if unknown.len() > MOST || unknown.len() == self.units.len() {
            return Ok(());
        }
        let mut meant = Vec::new();
        for at in unknown {
            match self.meant(at, analyzer, rarity)? {
                Some((term, weight)) => meant.push((at, term, weight)),
                None => return Ok(()),
            }
        }
        for (at, term, weight) in meant {
            self.read_as(at, term, weight);
        }
        Ok(())
    }

    /// What a unit may have been meant for, and how rare that is.
    fn meant(
        &self,
        at: usize,
        analyzer: &mut Analyzer,
        rarity: &mut RarityOf<'_>,
    ) -> Result<Option<(String, f32)>, TantivyError> {
        let letters = &self.spelling[self.units[at].head()];
        let is_word = self.units[at].whole.is_none()
            && letters.bytes().all(|byte| byte.is_ascii_lowercase())
            && (SHORTEST..=LONGEST).contains(&letters.len());
        match is_word {
            true => most_frequent(&meant_by(letters, analyzer), rarity),
            false => Ok(None),
        }
    }

    fn read_as(&mut self, at: usize, term: String, weight: f32) {
        let head = self.units[at].head();
        if !self.terms.contains_key(&term) {
            self.beginnings.extend(term.bytes().next());
            self.units[at].weight *= weight / self.rarity[head];
            self.rarity[head] = weight;
            self.relatives.insert(term, head);
        }
    }
}

/// The stems of the words that it may be.
fn meant_by(word: &str, analyzer: &mut Analyzer) -> HashSet<String> {
    let stems = slips(word).filter_map(|meant| {
        let token = analyzer.tokens(&meant).into_iter().next();
        token.map(|token| token.text)
    });
    let shortest = SHORTEST_STEM - usize::from(word.len() < SHORTEST_LONG);
    stems.filter(|stem| stem.len() >= shortest).collect()
}

fn most_frequent(
    terms: &HashSet<String>,
    rarity: &mut RarityOf<'_>,
) -> Result<Option<(String, f32)>, TantivyError> {
    let mut best: Option<(String, f32)> = None;
    for term in terms {
        let Rarity { weight, is_known } = rarity(term)?;
        let is_better = |(known, least): &(String, f32)| (weight, term) < (*least, known);
        if is_known && best.as_ref().is_none_or(is_better) {
            best = Some((term.clone(), weight));
        }
    }
    Ok(best)
}

/// All that one letter too many, too few, another or two in the wrong order could have been. The first letter is seldom wrong.
fn slips(word: &str) -> impl Iterator<Item = String> {
    let letters = 'a'..='z';
    let is_long = word.len() >= SHORTEST_LENGTHENED;
    let at = |place: usize| word.split_at(place);
    let too_many = (1..word.len()).map(move |place| {
        let (before, after) = at(place);
        format!("{before}{}", &after[1..])
    });
    let in_the_wrong_order = (1..word.len() - 1).map(move |place| {
        let (before, after) = at(place);
        let pair = after.as_bytes();
        format!(
            "{before}{}{}{}",
            char::from(pair[1]),
            char::from(pair[0]),
            &after[2..]
        )
    });
    let exchanged = letters.clone().filter(|_| word.len() >= SHORTEST_EXCHANGED);
    let another = exchanged.flat_map(move |letter| {
        (1..word.len()).map(move |place| {
            let (before, after) = at(place);
            format!("{before}{letter}{}", &after[1..])
        })
    });
    let too_few = letters.flat_map(move |letter| {
        (1..=word.len()).map(move |place| {
            let (before, after) = at(place);
            format!("{before}{letter}{after}")
        })
    });
    let of_another_length = too_many.chain(too_few).filter(move |_| is_long);
    of_another_length.chain(in_the_wrong_order).chain(another)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Language, StopWords, Style};
    use crate::record::Kind;

    fn meant(word: &str) -> HashSet<String> {
        meant_by(word, &mut Analyzer::new(Language::English, Style::Prose))
    }

    #[test]
    fn one_slip_of_the_hand_is_looked_through() {
        assert!(meant("pagniation").contains("pagin"), "in the wrong order");
        assert!(meant("translaton").contains("translat"), "one too few");
        assert!(meant("middlleware").contains("middlewar"), "one too many");
        assert!(meant("deployxent").contains("deploy"), "another");
        assert!(meant("itmes").contains("item"), "in the wrong order");
        assert!(meant("mesure").contains("measur"), "one too few");
    }

    #[test]
    fn two_words_of_a_question_may_be_misspelt_and_no_more() {
        const KNOWN: [&str; 4] = ["measur", "item", "queue", "translat"];
        let mut rarity = |term: &str| {
            let is_known = KNOWN.contains(&term);
            Ok(Rarity::of(100, if is_known { 10 } else { 0 }))
        };
        let mut analyzer = Analyzer::new(Language::English, Style::Prose);
        let mut stop_words = StopWords::new(Language::English);
        let mut meant = |question: &str| {
            let kind = Kind::Knowledge;
            let read =
                ParsedQuery::read(question, kind, &mut analyzer, &mut stop_words, &mut rarity);
            let read = read.expect("a question");
            KNOWN.map(|term| read.index_of(term).is_some())
        };
        assert_eq!(meant("mesure itmes queue"), [true, true, true, false]);
        assert_eq!(
            meant("mesure itmes tranlsate queue"),
            [false, false, true, false]
        );
        assert_eq!(meant("mesure sourdough queue"), [false, false, true, false]);
    }

    #[test]
    fn a_short_word_is_no_other_word() {
        assert!(!meant("tides").contains("tie"), "of another length");
        assert!(!meant("suction").contains("section"));
        assert!(!meant("bending").contains("send"), "the first letter stays");
    }
}
