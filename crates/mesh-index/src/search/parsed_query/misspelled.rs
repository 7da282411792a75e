//! Words that nobody here writes, one slip of the hand from one that the corpus has.

use std::collections::HashSet;

use tantivy::TantivyError;

use super::{ParsedQuery, Rarity, RarityOf};
use crate::analysis::Analyzer;

/// Of shorter words too many are one letter away.
const SHORTEST: usize = 7;
const LONGEST: usize = 20;

/// One letter for another makes a word of most short words, and slips of this kind are rarer than the others.
const SHORTEST_EXCHANGED: usize = 9;

/// Of the stem of what was meant.
const SHORTEST_STEM: usize = 5;

impl ParsedQuery {
    /// Takes the one word of the question that is nowhere in the corpus for the most frequent that it may have been meant for.
    /// Where there are several, the question is about something else.
    pub(super) fn read_misspelled(
        &mut self,
        analyzer: &mut Analyzer,
        rarity: &mut RarityOf<'_>,
    ) -> Result<(), TantivyError> {
        let mut unknown =
            (0..self.units.len()).filter(|at| self.rarity[self.units[*at].head()] >= self.heaviest);
        let (Some(at), None) = (unknown.next(), unknown.next()) else {
            return Ok(());
        };
        let head = self.units[at].head();
        let letters = &self.spelling[head];
        let is_word = self.units[at].whole.is_none()
            && letters.bytes().all(|byte| byte.is_ascii_lowercase())
            && (SHORTEST..=LONGEST).contains(&letters.len());
        if self.units.len() == 1 || !is_word {
            return Ok(());
        }
        let Some((term, weight)) = most_frequent(&meant_by(letters, analyzer), rarity)? else {
            return Ok(());
        };
        if !self.terms.contains_key(&term) {
            self.beginnings.extend(term.bytes().next());
            self.units[at].weight *= weight / self.rarity[head];
            self.rarity[head] = weight;
            self.relatives.insert(term, head);
        }
        Ok(())
    }
}

/// The stems of the words that it may be.
fn meant_by(word: &str, analyzer: &mut Analyzer) -> HashSet<String> {
    let stems = slips(word).filter_map(|meant| {
        let token = analyzer.tokens(&meant).into_iter().next();
        token.map(|token| token.text)
    });
    stems.filter(|stem| stem.len() >= SHORTEST_STEM).collect()
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
    too_many
        .chain(in_the_wrong_order)
        .chain(another)
        .chain(too_few)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Language, Style};

    fn meant(word: &str) -> HashSet<String> {
        meant_by(word, &mut Analyzer::new(Language::English, Style::Prose))
    }

    #[test]
    fn one_slip_of_the_hand_is_looked_through() {
        assert!(meant("pagniation").contains("pagin"), "in the wrong order");
        assert!(meant("translaton").contains("translat"), "one too few");
        assert!(meant("middlleware").contains("middlewar"), "one too many");
        assert!(meant("deployxent").contains("deploy"), "another");
    }

    #[test]
    fn a_short_word_is_no_other_word() {
        assert!(!meant("suction").contains("section"));
        assert!(!meant("bending").contains("send"), "the first letter stays");
    }
}
