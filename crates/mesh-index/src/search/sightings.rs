//! Where in a passage the words asked for stand.

use super::asked::Asked;
use crate::analysis::Analyzer;
use crate::store::parts::Parts;

/// A word asked for, seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sighting {
    pub(super) term: usize,
    /// Counted in words.
    pub(super) position: usize,
    /// Counted in bytes.
    pub(super) offset: usize,
}

/// A stretch of text and what was seen in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) sightings: Vec<Sighting>,
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
    pub(super) fn of(parts: &Parts<'_>, asked: &Asked, analyzer: &mut Analyzer) -> Self {
        let mut body = Seen::default();
        for text in &parts.body {
            body.append(look(text, asked, analyzer));
        }
        Self {
            title: look(parts.title, asked, analyzer),
            headings: parts
                .headings
                .iter()
                .map(|text| look(text, asked, analyzer))
                .collect(),
            body,
        }
    }
}

impl Seen {
    /// Pieces of text follow each other at a distance, so that no phrase reaches across.
    fn append(&mut self, next: Self) {
        const GAP: usize = 20;
        let start = if self.length == 0 {
            0
        } else {
            self.length + GAP
        };
        let moved = next.sightings.into_iter().map(|sighting| Sighting {
            position: sighting.position + start,
            ..sighting
        });
        self.sightings.extend(moved);
        self.length = start + next.length;
    }
}

pub(super) fn look(text: &str, asked: &Asked, analyzer: &mut Analyzer) -> Seen {
    let mut seen = Seen::default();
    analyzer.visit(text, |token| {
        seen.length = seen.length.max(token.position + 1);
        if let Some(term) = asked.terms.get(token.text.as_str()) {
            seen.sightings.push(Sighting {
                term: *term,
                position: token.position,
                offset: token.offset_from,
            });
        }
    });
    seen
}
