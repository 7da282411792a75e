//! Words that are written together or apart: `shut the server down` and `shutdown`, `filesystem` and `file system`.

use tantivy::TantivyError;

use crate::analysis::{Analyzer, chunks};

/// What verbs are joined with. People put what they mean between the two: `shut the old server down`.
const PARTICLES: [&str; 14] = [
    "away", "back", "by", "down", "in", "off", "on", "out", "over", "through", "together", "under",
    "up", "with",
];

/// How many words may stand between a verb and its particle.
const FARTHEST_PARTICLE: usize = 4;

/// Shorter halves are found in any word.
const SHORTEST_HALF: usize = 3;

/// Longer words are names or data.
const MAX_WORD: usize = 30;

/// Two terms, and the one they make together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Compound {
    pub(super) first: String,
    pub(super) second: String,
    pub(super) joined: String,
}

/// Words of the question that the corpus writes as one.
pub(super) fn joined(
    text: &str,
    analyzer: &mut Analyzer,
    is_known: &mut dyn FnMut(&str) -> Result<bool, TantivyError>,
) -> Result<Vec<Compound>, TantivyError> {
    let words: Vec<&str> = chunks(text).collect();
    let mut compounds = Vec::new();
    for (at, first) in words.iter().enumerate() {
        let others = words
            .iter()
            .enumerate()
            .skip(at + 1)
            .take(FARTHEST_PARTICLE);
        for (place, second) in others {
            let is_candidate = place == at + 1 || is_particle(second);
            if !is_candidate || !is_plain(first) || !is_plain(second) || first.len() < SHORTEST_HALF
            {
                continue;
            }
            let together = term(&format!("{first}{second}"), analyzer);
            if is_known(&together)? {
                compounds.push(Compound {
                    first: term(first, analyzer),
                    second: term(second, analyzer),
                    joined: together,
                });
            }
        }
    }
    Ok(compounds)
}

/// The two words of the corpus that `word` is made of, if it is; of several ways the most even one.
pub(super) fn apart(
    word: &str,
    analyzer: &mut Analyzer,
    is_known: &mut dyn FnMut(&str) -> Result<bool, TantivyError>,
) -> Result<Option<Compound>, TantivyError> {
    if !is_plain(word) || !word.is_ascii() || word.len() > MAX_WORD {
        return Ok(None);
    }
    let mut splits: Vec<usize> = (SHORTEST_HALF..word.len())
        .filter(|at| word.len() - at >= SHORTEST_HALF || is_particle(&word[*at..]))
        .collect();
    splits.sort_by_key(|at| at.abs_diff(word.len() / 2));
    for at in splits {
        let (first, second) = (term(&word[..at], analyzer), term(&word[at..], analyzer));
        if is_known(&first)? && is_known(&second)? {
            return Ok(Some(Compound {
                first,
                second,
                joined: term(word, analyzer),
            }));
        }
    }
    Ok(None)
}

fn is_particle(word: &str) -> bool {
    PARTICLES
        .iter()
        .any(|particle| particle.eq_ignore_ascii_case(word))
}

fn is_plain(word: &str) -> bool {
    word.chars().all(char::is_alphabetic)
}

fn term(word: &str, analyzer: &mut Analyzer) -> String {
    let first = analyzer.tokens(&word.to_lowercase()).into_iter().next();
    first.map(|token| token.text).unwrap_or_default()
}
