//! What the other passages of a document say for each of them: a page that keeps coming back to the subject is about it.

use std::collections::HashMap;

use super::evidence::Evidence;
use super::parsed_query::ParsedQuery;

/// Several good passages make a good page, but none of them alone makes the others good.
const REACH: f32 = 0.5;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct SiblingEvidence {
    /// How much of the question the document's passages hold together.
    pub(super) coverage: f32,
    /// How strongly the other passages are about it.
    pub(super) strength: f32,
}

/// The company of each passage, given the documents they belong to.
pub(super) fn sibling_evidence(
    asked: &ParsedQuery,
    documents: &[&str],
    evidence: &[Evidence],
) -> Vec<SiblingEvidence> {
    let mut members: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, document) in documents.iter().enumerate() {
        members.entry(document).or_default().push(index);
    }
    let of = |index: usize| {
        let together = &members[documents[index]];
        SiblingEvidence {
            coverage: covered_together(asked, together, evidence),
            strength: strength_of_others(index, together, evidence),
        }
    };
    (0..documents.len()).map(of).collect()
}

fn covered_together(asked: &ParsedQuery, members: &[usize], evidence: &[Evidence]) -> f32 {
    let best = |unit: usize| {
        let found = members.iter().map(|member| evidence[*member].found[unit]);
        found.fold(0.0, f32::max)
    };
    let found: Vec<f32> = (0..asked.units.len()).map(best).collect();
    asked.share(&found)
}

fn strength_of_others(index: usize, members: &[usize], evidence: &[Evidence]) -> f32 {
    let others = members.iter().filter(|member| **member != index);
    let weak: f32 = others
        .map(|other| 1.0 - REACH * evidence[*other].coverage * evidence[*other].strength)
        .product();
    1.0 - weak
}
