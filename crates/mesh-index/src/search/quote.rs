//! The best excerpt of a passage: whole sentences or lines around most of what was asked.

use std::ops::Range;

use super::field_match::{FieldMatch, look};
use super::parsed_query::ParsedQuery;
use crate::analysis::Analyzer;

/// What a person reads at a glance, and a model can afford ten of.
pub(super) const MAX_QUOTE: usize = 600;

pub(super) fn quote(text: &str, asked: &ParsedQuery, analyzer: &mut Analyzer) -> String {
    let text = text.trim();
    if text.len() <= MAX_QUOTE {
        return text.to_owned();
    }
    let sentences = sentences(text);
    let best = best_window(text, &sentences, asked, analyzer);
    text[best].trim().to_owned()
}

/// The run of sentences of at most the longest quote that holds most of the question's weight; the earliest of equals.
/// Neither end of a run ever moves back from one to the next, so that a long mail is walked once.
fn best_window(
    text: &str,
    sentences: &[Range<usize>],
    asked: &ParsedQuery,
    analyzer: &mut Analyzer,
) -> Range<usize> {
    let mut sightings = look(text, asked, analyzer).sightings;
    sightings.sort_by_key(|sighting| sighting.offset);
    let mut window = Window::over(&sightings, asked.rarity.len());
    let mut best = (f32::MIN, 0..0);
    let mut fitting = 0;
    for first in sentences {
        let limit = first.start + MAX_QUOTE;
        while sentences.get(fitting).is_some_and(|one| one.end <= limit) {
            fitting += 1;
        }
        let last = sentences[..fitting].last();
        let end = match last.filter(|last| last.start >= first.start) {
            Some(last) => last.end,
            None => text.floor_char_boundary(limit),
        };
        window.slide(first.start..end);
        let weight = window.weight(&asked.rarity);
        if weight > best.0 {
            best = (weight, first.start..end);
        }
    }
    best.1
}

/// How often each term stands within a stretch of the text.
#[derive(Debug)]
struct Window<'a> {
    sightings: &'a [FieldMatch],
    inside: Range<usize>,
    counts: Vec<usize>,
}

impl<'a> Window<'a> {
    fn over(sightings: &'a [FieldMatch], terms: usize) -> Self {
        Self {
            sightings,
            inside: 0..0,
            counts: vec![0; terms],
        }
    }

    /// Moves on to `range`, neither end of which lies before the last one's.
    fn slide(&mut self, range: Range<usize>) {
        let rest = &self.sightings[self.inside.end..];
        for entering in rest.iter().take_while(|s| s.offset < range.end) {
            self.counts[entering.term] += 1;
            self.inside.end += 1;
        }
        let held = &self.sightings[self.inside.clone()];
        for leaving in held.iter().take_while(|s| s.offset < range.start) {
            self.counts[leaving.term] -= 1;
            self.inside.start += 1;
        }
    }

    /// Another mention is worth a little: of two places with the same words, the one that is about them.
    fn weight(&self, rarity: &[f32]) -> f32 {
        let seen = self
            .counts
            .iter()
            .zip(rarity)
            .filter(|(count, _)| **count > 0);
        seen.map(|(count, rarity)| rarity * (0.9 + 0.1 * *count as f32))
            .sum()
    }
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
