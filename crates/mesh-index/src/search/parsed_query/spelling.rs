//! How else the corpus may write what is asked for.

use tantivy::TantivyError;

use super::compound::{self, Compound};
use super::draft::{Spelled, bounded};
use super::relatives::relatives;
use super::{Pair, ParsedQuery, Rarity, RarityOf, Unit};
use crate::analysis::{Analyzer, chunks};

impl ParsedQuery {
    /// Adds the other spelling of words that are written together or apart.
    pub(super) fn read_compounds(
        &mut self,
        text: &str,
        analyzer: &mut Analyzer,
        rarity: &mut RarityOf<'_>,
    ) -> Result<(), TantivyError> {
        let text = bounded(text);
        let mut is_known = |term: &str| Ok(rarity(term)?.is_known);
        let mut compounds = compound::joined(text, analyzer, &mut is_known)?;
        for word in chunks(text) {
            compounds.extend(compound::apart(word, analyzer, &mut is_known)?);
        }
        for Compound {
            first,
            second,
            joined,
        } in compounds
        {
            let asked_for = |term: &str| {
                let index = self.terms.get(term);
                index.is_some_and(|index| self.units.iter().any(|unit| unit.head() == *index))
            };
            if asked_for(&first) || asked_for(&joined) {
                let pair = Pair {
                    first: self.written(&first, rarity)?,
                    second: self.written(&second, rarity)?,
                    joined: self.written(&joined, rarity)?,
                };
                if !self.compounds.contains(&pair) {
                    self.compounds.push(pair);
                }
            }
        }
        Ok(())
    }

    fn written(&mut self, term: &str, rarity: &mut RarityOf<'_>) -> Result<usize, TantivyError> {
        let spelled = Spelled {
            term: term.to_owned(),
            letters: term.to_owned(),
        };
        self.term(&spelled, rarity)
    }

    /// Adds the forms of its words that the corpus prefers: these say how rare a word is.
    pub(super) fn read_relatives(&mut self, rarity: &mut RarityOf<'_>) -> Result<(), TantivyError> {
        for at in 0..self.units.len() {
            let Unit { whole: None, .. } = self.units[at] else {
                continue;
            };
            let head = self.units[at].head();
            let alone = self.rarity[head];
            for relative in self.term_of(head).map(relatives).unwrap_or_default() {
                let Rarity { weight, is_known } = rarity(&relative)?;
                if is_known && weight < alone && !self.terms.contains_key(&relative) {
                    self.beginnings.extend(relative.bytes().next());
                    self.rarity[head] = self.rarity[head].min(weight);
                    self.relatives.insert(relative, head);
                }
            }
            self.units[at].weight *= self.rarity[head] / alone.max(f32::MIN_POSITIVE);
        }
        Ok(())
    }
}
