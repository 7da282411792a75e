//! Where in a passage the words asked for stand.

use std::collections::HashSet;

use super::parsed_query::{Pair, ParsedQuery};
use crate::analysis::{Analyzer, Token, chunk_ranges};
use crate::store::parts::Parts;

/// A word asked for, seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FieldMatch {
    pub(super) term: usize,
    /// Counted in words.
    pub(super) position: usize,
    /// Counted in bytes.
    pub(super) offset: usize,
    /// Spelled as in the question, not only of the same stem.
    pub(super) is_exact: bool,
    /// The first word of its line: where tables, lists and glossaries put what they define.
    pub(super) opens_line: bool,
}

/// A stretch of text and what was seen in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// By position.
    pub(super) sightings: Vec<FieldMatch>,
    /// In words.
    pub(super) length: usize,
}

/// A passage, looked through for one question.
#[derive(Clone, Debug, Default)]
pub(super) struct Sight {
    pub(super) title: Seen,
    /// From the outermost to the one right above the text.
    pub(super) headings: Vec<Seen>,
    pub(super) body: Seen,
}

impl Sight {
    pub(super) fn of(parts: &Parts<'_>, asked: &ParsedQuery, analyzer: &mut Analyzer) -> Self {
        let mut body = Seen::default();
        for (place, text) in parts.body.iter().enumerate() {
            body.append(look(text, asked, analyzer), place);
        }
        let headings = parts.headings.iter();
        Self {
            title: look(parts.title, asked, analyzer),
            headings: headings.map(|text| look(text, asked, analyzer)).collect(),
            body,
        }
    }

    pub(super) fn places(&self) -> impl Iterator<Item = &Seen> {
        [&self.title, &self.body].into_iter().chain(&self.headings)
    }
}

impl Seen {
    /// Pieces of text follow each other at a distance, so that no phrase reaches across. It is no part of the length: a
    /// commit of many files isn't long for that.
    fn append(&mut self, next: Self, place: usize) {
        const GAP: usize = 20;
        let start = if self.length == 0 {
            0
        } else {
            self.length + GAP * place
        };
        let moved = next.sightings.into_iter().map(|sighting| FieldMatch {
            position: sighting.position + start,
            ..sighting
        });
        self.sightings.extend(moved);
        self.length += next.length;
    }

    /// Two words side by side are the one they make together, and that one is both of them.
    fn see_other_spelling(&mut self, pair: Pair) {
        let mut others = Vec::new();
        for (at, sighting) in self.sightings.iter().enumerate() {
            if sighting.term == pair.joined {
                others
                    .extend([pair.first, pair.second].map(|term| FieldMatch { term, ..*sighting }));
            }
            let mut next = self.sightings[at + 1..].iter();
            let is_joined = |other: &FieldMatch| {
                other.term == pair.second && other.position == sighting.position + 1
            };
            if sighting.term == pair.first
                && next
                    .by_ref()
                    .take_while(|other| other.position <= sighting.position + 1)
                    .any(is_joined)
            {
                others.push(FieldMatch {
                    term: pair.joined,
                    ..*sighting
                });
            }
        }
        if others.is_empty() {
            return;
        }
        // Pairs may share words: what one of them has seen is not seen again by the next.
        let key = |sighting: &FieldMatch| (sighting.term, sighting.position);
        let mut seen: HashSet<_> = self.sightings.iter().map(key).collect();
        others.retain(|other| seen.insert(key(other)));
        self.sightings.extend(others);
        self.sightings.sort_by_key(|sighting| sighting.position);
    }
}

/// Looks for the words of the question. Most words of a text can't be one of them, as their first letter tells; only the
/// others are analysed, which is what makes reading a hundred passages a question affordable.
pub(super) fn look(text: &str, asked: &ParsedQuery, analyzer: &mut Analyzer) -> Seen {
    let mut seen = Seen::default();
    for range in chunk_ranges(text) {
        let chunk = &text[range.clone()];
        if is_plain_word(chunk) && !asked.may_begin_with(chunk.as_bytes()[0]) {
            seen.length += 1;
            continue;
        }
        let first = seen.length;
        analyzer.visit(chunk, |token| {
            seen.length = seen
                .length
                .max(first + token.position + token.position_length);
            if let Some(term) = asked.index_of(&token.text) {
                let offset = range.start + token.offset_from;
                seen.sightings.push(FieldMatch {
                    term,
                    position: first + token.position,
                    offset,
                    is_exact: asked.is_spelled(term, surface(chunk, token)),
                    opens_line: opens_line(text, offset),
                });
            }
        });
    }
    // A name comes before or after its parts.
    seen.sightings.sort_by_key(|sighting| sighting.position);
    for pair in &asked.compounds {
        seen.see_other_spelling(*pair);
    }
    seen
}

fn surface<'a>(chunk: &'a str, token: &Token) -> &'a str {
    &chunk[token.offset_from..token.offset_to]
}

/// One lower-case or capitalised word, which the analysis can only shorten.
fn is_plain_word(chunk: &str) -> bool {
    let bytes = chunk.as_bytes();
    bytes[0].is_ascii_alphabetic() && bytes[1..].iter().all(u8::is_ascii_lowercase)
}

fn opens_line(text: &str, offset: usize) -> bool {
    let before = text[..offset]
        .trim_end_matches([' ', '\t', '*', '-', '`', '|', '\'', '"', '(', '\u{2022}']);
    before.is_empty() || before.ends_with('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_spelling_is_seen_once_however_often_it_is_looked_for() {
        let word = FieldMatch {
            term: 2,
            position: 7,
            offset: 40,
            is_exact: true,
            opens_line: false,
        };
        let mut seen = Seen {
            sightings: vec![word],
            length: 9,
        };
        let pair = Pair {
            first: 0,
            second: 1,
            joined: 2,
        };
        for _ in 0..3 {
            seen.see_other_spelling(pair);
        }
        let found: Vec<_> = seen
            .sightings
            .iter()
            .map(|s| (s.term, s.position))
            .collect();
        assert_eq!(found, [(2, 7), (0, 7), (1, 7)]);
    }
}
