//! BM25 over several fields (BM25F): mentions are added up over title, headings and text, each for the length usual there, and
//! only then does the next mention say less than the one before.

use super::evidence::sightings;
use super::field_match::{Seen, Sight};
use super::parsed_query::Unit;
use crate::record::Kind;

/// How much a title or heading of twice the usual length needs more mentions to say as much: 0 for no more, 1 for twice as many.
const HEADING_LENGTH: f32 = 0.5;

/// How mentions add up in texts of a kind. Found on the development half of that kind's judged questions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Saturation {
    /// What a word in a title says, to what it says in the text.
    title: f32,
    /// As [`HEADING_LENGTH`], of the text.
    body_length: f32,
    /// So many mentions count half of what any number could.
    half: f32,
    /// What any number of mentions could count.
    most: f32,
}

/// Passages are cut to size, and commits are short.
const OF_PASSAGES: Saturation = Saturation {
    title: 2.0,
    body_length: 0.6,
    half: 0.9,
    most: 1.0,
};

/// What people write to each other is as long as they like, and comes back to its subject.
const OF_MESSAGES: Saturation = Saturation {
    title: 3.0,
    body_length: 0.95,
    half: 3.0,
    most: 1.6,
};

impl Saturation {
    pub(super) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Knowledge | Kind::Code | Kind::Commit => OF_PASSAGES,
            Kind::Ticket | Kind::Mail => OF_MESSAGES,
        }
    }
}

/// Lengths in words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lengths {
    pub(super) title: f32,
    pub(super) headings: f32,
    pub(super) body: f32,
    pub(super) saturation: Saturation,
}

pub(super) fn frequency(unit: &Unit, sight: &Sight, usual: &Lengths) -> f32 {
    let Saturation {
        title,
        body_length,
        half,
        most,
    } = usual.saturation;
    let mentions = |seen: &Seen| sightings(unit, seen).count() as f32;
    let headings: f32 = sight.headings.iter().map(mentions).sum();
    let headings_length: usize = sight.headings.iter().map(|heading| heading.length).sum();
    let sum = title * mentions(&sight.title)
        / relative(sight.title.length, usual.title, HEADING_LENGTH)
        + headings / relative(headings_length, usual.headings, HEADING_LENGTH)
        + mentions(&sight.body) / relative(sight.body.length, usual.body, body_length);
    most * sum / (sum + half)
}

fn relative(length: usize, usual: f32, share: f32) -> f32 {
    1.0 - share + share * length as f32 / usual
}
