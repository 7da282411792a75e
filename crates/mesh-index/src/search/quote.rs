//! The best excerpt of a passage: whole sentences or lines around most of what was asked.

use std::ops::Range;

use super::asked::Asked;
use super::sightings::look;
use crate::analysis::Analyzer;

/// What a person reads at a glance, and a model can afford ten of.
pub(super) const LONGEST_QUOTE: usize = 600;

pub(super) fn quote(text: &str, asked: &Asked, analyzer: &mut Analyzer) -> String {
    let text = text.trim();
    if text.len() <= LONGEST_QUOTE {
        return text.to_owned();
    }
    let sentences = sentences(text);
    let best = best_window(text, &sentences, asked, analyzer);
    text[best].trim().to_owned()
}

/// The run of sentences of at most the longest quote that holds most of the question's weight; the earliest of equals.
fn best_window(
    text: &str,
    sentences: &[Range<usize>],
    asked: &Asked,
    analyzer: &mut Analyzer,
) -> Range<usize> {
    let sightings = look(text, asked, analyzer).sightings;
    let mut best = (f32::MIN, 0..0);
    for first in sentences {
        let end = window_end(text, sentences, first);
        let mut seen = vec![false; asked.rarity.len()];
        let mut weight = 0.0;
        for sighting in sightings
            .iter()
            .filter(|s| (first.start..end).contains(&s.offset))
        {
            // Another mention is worth a little: of two places with the same words, the one that is about them.
            let rarity = asked.rarity[sighting.term];
            weight += if seen[sighting.term] {
                0.1 * rarity
            } else {
                rarity
            };
            seen[sighting.term] = true;
        }
        if weight > best.0 {
            best = (weight, first.start..end);
        }
    }
    best.1
}

fn window_end(text: &str, sentences: &[Range<usize>], first: &Range<usize>) -> usize {
    let fitting = sentences.iter().filter(|sentence| {
        sentence.start >= first.start && sentence.end <= first.start + LONGEST_QUOTE
    });
    let cut = text.floor_char_boundary(first.start + LONGEST_QUOTE);
    fitting.map(|sentence| sentence.end).max().unwrap_or(cut)
}

/// Sentences and lines, each with the blanks after it.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let ends =
            c == '\n' || (matches!(c, '.' | '!' | '?') && next.is_none_or(char::is_whitespace));
        if ends {
            let end = at + c.len_utf8();
            ranges.push(start..end);
            start = end;
        }
    }
    ranges.push(start..text.len());
    ranges.retain(|range| !text[range.clone()].trim().is_empty());
    ranges
}
