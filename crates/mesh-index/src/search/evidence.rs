//! What speaks for a passage: each kind of evidence is a number from 0 to 1 and a reason.

use super::field_match::{FieldMatch, Seen, Sight};
use super::frequency::{Lengths, frequency};
use super::parsed_query::{ParsedQuery, Unit};

/// A name found only in its parts is not the name: `work` and `mem` somewhere are not `work_mem`.
const PARTS_OF_A_NAME: f32 = 0.5;

/// How often a word must stand in a text of usual length to count half of what any number could.
const HALF_STRENGTH: f32 = 1.2;

/// Passages are cut to about this many words.
const USUAL_LENGTH: f32 = 200.0;

/// A first mention after this many words says half of what one at the very beginning would.
const HALF_EARLINESS: f32 = 15.0;

/// No passage has more lines that define something; a long mail can be nothing but lines that begin with the word.
const MAX_OPENINGS: usize = 64;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Evidence {
    /// How much of each word or name is there, in the order of the question.
    pub(super) found: Vec<f32>,
    /// How much of the question is there at all.
    pub(super) coverage: f32,
    /// How often, for the passage's length.
    pub(super) strength: f32,
    /// How often in title, headings and text, for how long these usually are.
    pub(super) frequency: f32,
    /// How close together, and in the question's order.
    pub(super) nearness: f32,
    /// How much is spelled as in the question.
    pub(super) exactness: f32,
    /// How well a heading above the text answers to the question.
    pub(super) heading: f32,
    /// How well the title does.
    pub(super) title: f32,
    /// How much of the question opens one line of the text, as what it defines.
    pub(super) opening: f32,
    /// How early the text comes to it.
    pub(super) earliness: f32,
}

impl Evidence {
    pub(super) fn weigh(asked: &ParsedQuery, sight: &Sight, usual: &Lengths) -> Self {
        let found: Vec<f32> = asked
            .units
            .iter()
            .map(|unit| presence_anywhere(unit, sight))
            .collect();
        Self {
            coverage: asked.share(&found),
            strength: share(asked, |unit| strength(unit, sight)),
            frequency: share(asked, |unit| frequency(unit, sight, usual)),
            nearness: nearness(asked, sight),
            exactness: share(asked, |unit| exactness(unit, sight)),
            heading: heading(asked, sight),
            title: agreement(asked, &sight.title),
            opening: opening(asked, &sight.body),
            earliness: earliness(&sight.body),
            found,
        }
    }
}

/// The part of the question's weight for which `of` holds.
fn share(asked: &ParsedQuery, of: impl Fn(&Unit) -> f32) -> f32 {
    let found: Vec<f32> = asked.units.iter().map(of).collect();
    asked.share(&found)
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 {
        (part / whole).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

fn presence_anywhere(unit: &Unit, sight: &Sight) -> f32 {
    sight
        .places()
        .map(|seen| presence(unit, seen))
        .fold(0.0, f32::max)
}

fn presence(unit: &Unit, seen: &Seen) -> f32 {
    let has = |term: usize| seen.sightings.iter().any(|sighting| sighting.term == term);
    match unit.whole {
        Some(whole) if has(whole) => 1.0,
        Some(_) => {
            let found = unit.parts.iter().filter(|part| has(**part)).count();
            PARTS_OF_A_NAME * ratio(found as f32, unit.parts.len() as f32)
        }
        None => f32::from(u8::from(has(unit.head()))),
    }
}

/// BM25's saturation, without its sum: the tenth mention says little that the ninth didn't.
fn strength(unit: &Unit, sight: &Sight) -> f32 {
    let mentions = sightings(unit, &sight.body).count() as f32;
    let length = 0.25 + 0.75 * sight.body.length as f32 / USUAL_LENGTH;
    mentions / (mentions + HALF_STRENGTH * length)
}

/// How closely neighbours in the question stand together in the text, or in one heading; for a single word, whether it is
/// there.
fn nearness(asked: &ParsedQuery, sight: &Sight) -> f32 {
    sight
        .places()
        .map(|seen| nearness_within(asked, seen))
        .fold(0.0, f32::max)
}

fn nearness_within(asked: &ParsedQuery, seen: &Seen) -> f32 {
    if let [only] = asked.units.as_slice() {
        return presence(only, seen);
    }
    let (mut near, mut all) = (0.0, 0.0);
    for pair in asked.units.windows(2) {
        let weight = pair[0].weight.min(pair[1].weight);
        near += weight * pair_nearness(&pair[0], &pair[1], seen);
        all += weight;
    }
    ratio(near, all)
}

/// How close the closest two stand. One walk, each word against the last of the other: a mail may hold a hundred thousand
/// of either.
fn pair_nearness(first: &Unit, second: &Unit, seen: &Seen) -> f32 {
    let (mut before, mut after) = (None, None);
    let mut best: f32 = 0.0;
    for sighting in &seen.sightings {
        if sighting.term == first.head() {
            before = Some(sighting.position);
        }
        if sighting.term == second.head() {
            after = Some(sighting.position);
        }
        if let (Some(before), Some(after)) = (before, after) {
            best = best.max(closeness(before, after));
        }
    }
    best
}

/// 1 for neighbours in order, 0.8 the other way round, less with every word between them.
fn closeness(first: usize, second: usize) -> f32 {
    let order = if first <= second { 1.0 } else { 0.8 };
    let between = first.abs_diff(second).saturating_sub(1);
    order / (1.0 + 0.25 * between as f32)
}

pub(super) fn sightings<'a>(unit: &Unit, seen: &'a Seen) -> impl Iterator<Item = &'a FieldMatch> {
    let term = unit.head();
    seen.sightings
        .iter()
        .filter(move |sighting| sighting.term == term)
}

/// Stems lead to relatives (`sort`, `sorted`, `sorts`) and to strangers (`abs`, `AB`); the word itself is neither.
fn exactness(unit: &Unit, sight: &Sight) -> f32 {
    let exact = |seen: &Seen| sightings(unit, seen).any(|sighting| sighting.is_exact);
    f32::from(u8::from(sight.places().any(exact)))
}

/// What stands above the text: under no heading of its own, that is the title.
fn heading(asked: &ParsedQuery, sight: &Sight) -> f32 {
    if sight.headings.is_empty() {
        return agreement(asked, &sight.title);
    }
    best_heading(asked, sight)
}

/// The heading right above the text counts in full, those further out less: they stand above other passages too.
fn best_heading(asked: &ParsedQuery, sight: &Sight) -> f32 {
    let mut reach = 1.0;
    let mut best: f32 = 0.0;
    for heading in sight.headings.iter().rev() {
        best = best.max(reach * agreement(asked, heading));
        reach *= 0.8;
    }
    best
}

/// How much of the question a heading holds, and how much of the heading the question is: `VACUUM` answers `vacuum` better
/// than `Routine Vacuuming of Large Tables` does.
fn agreement(asked: &ParsedQuery, heading: &Seen) -> f32 {
    let asked_there = share(asked, |unit| presence(unit, heading));
    let mut positions: Vec<usize> = heading.sightings.iter().map(|s| s.position).collect();
    positions.dedup();
    let there_asked = ratio(positions.len() as f32, heading.length as f32);
    asked_there * (0.4 + 0.6 * there_asked)
}

/// The most of the question that stands at the beginning of one line.
fn opening(asked: &ParsedQuery, body: &Seen) -> f32 {
    let openings = body.sightings.iter().enumerate();
    openings
        .filter(|(_, sighting)| sighting.opens_line)
        .take(MAX_OPENINGS)
        .map(|(at, _)| opening_at(asked, body, at))
        .fold(0.0, f32::max)
}

fn opening_at(asked: &ParsedQuery, body: &Seen, at: usize) -> f32 {
    let start = body.sightings[at].position;
    let end = start + asked.units.len() + 1;
    let from = body.sightings.partition_point(|s| s.position < start);
    let line = || {
        body.sightings[from..]
            .iter()
            .take_while(|s| s.position < end)
    };
    share(asked, |unit| {
        let there = line().any(|s| s.is_exact && s.term == unit.head());
        f32::from(u8::from(there))
    })
}

/// What a text is about it says first.
fn earliness(body: &Seen) -> f32 {
    let first = body
        .sightings
        .iter()
        .map(|sighting| sighting.position)
        .min();
    first.map_or(0.0, |first| {
        HALF_EARLINESS / (HALF_EARLINESS + first as f32)
    })
}
