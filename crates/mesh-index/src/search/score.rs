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

/// Coverage counts squared: half of a question answered is less than half an answer.
const COVERAGE_POWER: f32 = 2.0;

/// That the words are there at all.
const PRESENT: f32 = 0.30;
/// That the text keeps coming back to them.
const STRENGTH: f32 = 0.20;
/// That they stand together.
const NEARNESS: f32 = 0.20;
/// That a heading announces them: authors choose headings to be found by.
const HEADING: f32 = 0.20;
/// That the whole document is about them.
const TITLE: f32 = 0.10;

pub(super) fn score(evidence: &Evidence) -> f32 {
    let found = PRESENT
        + STRENGTH * evidence.strength
        + NEARNESS * evidence.nearness
        + HEADING * evidence.heading
        + TITLE * evidence.title;
    (evidence.coverage.powf(COVERAGE_POWER) * found).clamp(0.0, 1.0)
}
