//! The scale: what a score means, and what each kind of evidence is worth.
//!
//! * 1.0: everything asked for is there, often and close together, under a heading and in a document of that name.
//! * 0.5: most of what was asked is there, scattered, or in the text only.
//! * near 0: little of it is there.
//!
//! A word that is nowhere in the corpus weighs more than any other, so that a question about something else scores low
//! whatever common words it shares with the corpus. Scores compare across questions: nothing in them depends on what else
//! was found.

use super::evidence::Evidence;
use super::parsed_query::ParsedQuery;
use super::sibling_evidence::SiblingEvidence;

/// Of what the passage lacks, most counts as there if its document has it elsewhere: a section needn't repeat its chapter.
const ELSEWHERE: f32 = 0.8;

// The weights add up to 1. They were found on the development half of the questions of `mesh-bench` and rounded; none of them
// decides alone, and the quality hardly changes when one of them does by a third.

/// That the words are there at all.
const PRESENT: f32 = 0.20;
/// That they are spelled as in the question.
const EXACTNESS: f32 = 0.07;
/// That the text keeps coming back to them. Little: lists and tables mention much and explain nothing.
const STRENGTH: f32 = 0.05;
/// That they stand together.
const NEARNESS: f32 = 0.08;
/// That a heading announces them: authors choose headings to be found by.
const HEADING: f32 = 0.20;
/// That the whole document is about them.
const TITLE: f32 = 0.20;
/// That a line opens with them, as a definition does.
const OPENING: f32 = 0.08;
/// That the text comes to them soon.
const EARLINESS: f32 = 0.06;
/// That the rest of the document is about them too.
const COMPANY: f32 = 0.06;

// What each is worth in a sentence. Of ten words a heading holds two at best, and what the rest of the document says about
// some of the others is chance: what counts is how much of the sentence the passage itself comes back to.

const SENTENCE_FREQUENCY: f32 = 0.51;
const SENTENCE_PRESENT: f32 = 0.21;
const SENTENCE_EXACTNESS: f32 = 0.10;
const SENTENCE_NEARNESS: f32 = 0.075;
/// Some headings are the question.
const SENTENCE_HEADING: f32 = 0.055;
const SENTENCE_TITLE: f32 = 0.025;
const SENTENCE_OPENING: f32 = 0.025;

// From there to the scale. Half of a short question may be chance, half of a long one isn't; a question of words that the
// corpus doesn't know is about something else. Chosen on all questions of the judged sets and on those about other subjects: as
// many of the former as can be answered with no more than 3 % of the latter, and on a scale that meanings can be added to.

const LIKELY: f32 = 7.0;
const LIKELY_BY_WEIGHT: f32 = 5.4;
const UNLIKELY_UNKNOWN: f32 = 3.55;
const UNLIKELY: f32 = 6.9;

// Where a passage has every subject of a question that the corpus knows, what it does not know is often another word for what
// is there: less of it counts, as unknown and as lacking. More of the latter, and other subjects are answered.

const OTHER_WORD_UNKNOWN: f32 = 0.5;
const OTHER_WORD_LACKED: f32 = 0.25;

/// How well a passage answers: as an entry of an index is looked up, as a sentence is, or between the two.
pub(super) fn score(asked: &ParsedQuery, own: &Evidence, others: &SiblingEvidence) -> f32 {
    let entry = of_entry(own, others);
    entry + asked.sentence() * (of_sentence(asked, own) - entry)
}

fn of_sentence(asked: &ParsedQuery, own: &Evidence) -> f32 {
    let found = SENTENCE_FREQUENCY * own.frequency
        + SENTENCE_PRESENT * own.coverage
        + SENTENCE_EXACTNESS * own.exactness
        + SENTENCE_NEARNESS * own.nearness
        + SENTENCE_HEADING * own.heading
        + SENTENCE_TITLE * own.title
        + SENTENCE_OPENING * own.opening;
    let weight = asked.total_weight / asked.heaviest.max(f32::MIN_POSITIVE);
    let unknown = asked.unknown / asked.total_weight.max(f32::MIN_POSITIVE);
    let (found, unknown) = if asked.is_named_in(&own.found) {
        (found, 0.0)
    } else if asked.has_all_known_subjects_in(&own.found) {
        let found = found / (1.0 - OTHER_WORD_LACKED * unknown);
        (found, OTHER_WORD_UNKNOWN * unknown)
    } else {
        (found, unknown)
    };
    let odds = found * (LIKELY + LIKELY_BY_WEIGHT * weight) - UNLIKELY_UNKNOWN * unknown - UNLIKELY;
    1.0 / (1.0 + (-odds).exp())
}

fn of_entry(own: &Evidence, others: &SiblingEvidence) -> f32 {
    let coverage = own.coverage + ELSEWHERE * (others.coverage - own.coverage).max(0.0);
    let found = PRESENT
        + EXACTNESS * own.exactness
        + STRENGTH * own.strength
        + NEARNESS * own.nearness
        + HEADING * own.heading
        + TITLE * own.title
        + OPENING * own.opening
        + EARLINESS * own.earliness
        + COMPANY * others.strength;
    (coverage * found).clamp(0.0, 1.0)
}
