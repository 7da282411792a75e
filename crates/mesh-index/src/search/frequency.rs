//! BM25 over several fields (BM25F): mentions are added up over title, headings and text, each for the length usual there, and
//! only then does the next mention say less than the one before.

use super::asked::Unit;
use super::evidence::sightings;
use super::sightings::{Seen, Sight};

/// A word in a title says twice what it says in a text.
const TITLE: f32 = 2.0;

/// How much a text of twice the usual length needs more mentions to say as much: 0 for no more, 1 for twice as many.
const HEADING_LENGTH: f32 = 0.5;
const BODY_LENGTH: f32 = 0.6;

/// So many mentions count half of what any number could.
const HALF: f32 = 0.9;

/// Lengths in words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lengths {
    pub(super) title: f32,
    pub(super) headings: f32,
    pub(super) body: f32,
}

pub(super) fn frequency(unit: &Unit, sight: &Sight, usual: &Lengths) -> f32 {
    let mentions = |seen: &Seen| sightings(unit, seen).count() as f32;
    let headings: f32 = sight.headings.iter().map(mentions).sum();
    let headings_length: usize = sight.headings.iter().map(|heading| heading.length).sum();
    let sum = TITLE * mentions(&sight.title)
        / relative(sight.title.length, usual.title, HEADING_LENGTH)
        + headings / relative(headings_length, usual.headings, HEADING_LENGTH)
        + mentions(&sight.body) / relative(sight.body.length, usual.body, BODY_LENGTH);
    sum / (sum + HALF)
}

fn relative(length: usize, usual: f32, share: f32) -> f32 {
    1.0 - share + share * length as f32 / usual
}
