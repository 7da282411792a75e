use super::Ranked;
use super::fuse::{Fused, in_order, standings};

/// How far a source moves what a more trusted one says of a thing that both hold. Chosen on the development halves of the
/// judged sets, where sources of a fifth of the index's quality then cost it half a point of MRR at most, and gain a point
/// where they know better.
const SAY: f32 = 0.1;

/// What the first place of the most trusted source adds to a score of 1, so that what scores alike is not turned around.
const RANK_WEIGHT: f32 = 0.1;

/// The place at which half of that is left.
const HALF: f32 = 5.0;

/// One order of what several sources found, the most trusted of them first, each the best first. What is the `same` in two of
/// them is there once, as the first source has it, with its best score. The order of a single source stays.
///
/// The first that found anything judges what it holds. What is a copy of something that it holds, and what it did not find
/// itself, hardly comes before what it found: of the two it has read the whole, and its scores are our own. What is no copy is
/// judged by its own score.
pub(crate) fn fuse_copies<T>(
    sources: Vec<Vec<Ranked<T>>>,
    same: impl Fn(&T, &T) -> bool,
    is_copy: impl Fn(&T) -> bool,
) -> Vec<Ranked<T>> {
    let mut sources = sources.into_iter().skip_while(Vec::is_empty);
    let judged = standings(sources.next().unwrap_or_default());
    let least = judged.last().map_or(0.0, |(_, standing)| *standing);
    let judged = judged.into_iter().enumerate();
    let judged = judged.map(|(place, (found, standing))| Fused {
        found,
        standing,
        by_rank: RANK_WEIGHT * HALF / (HALF + place as f32),
    });
    let mut fused: Vec<Fused<T>> = judged.collect();
    for source in sources {
        let known = fused.len();
        for (found, standing) in standings(source) {
            // Two of one source are two things.
            let twin = fused[..known]
                .iter_mut()
                .find(|other| same(&other.found.item, &found.item));
            if let Some(other) = twin {
                other.found.score = other.found.score.max(found.score);
                other.standing += said(standing - other.standing);
                continue;
            }
            let standing = match is_copy(&found.item) {
                true => standing.min(least + said(standing - least)),
                false => standing,
            };
            fused.push(Fused {
                found,
                standing,
                by_rank: 0.0,
            });
        }
    }
    in_order(fused)
}

/// What is left of how much better another finds something.
fn said(better: f32) -> f32 {
    SAY * better.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = &'static [(&'static str, f32)];

    /// What begins with `copy` is one.
    fn order(sources: &[Found]) -> Vec<&'static str> {
        let list = |source: &Found| {
            let ranked = source.iter().map(|&(item, score)| Ranked { item, score });
            ranked.collect()
        };
        let sources = sources.iter().map(list).collect();
        let fused = fuse_copies(sources, |a, b| a == b, |item| item.starts_with("copy"));
        fused.into_iter().map(|found| found.item).collect()
    }

    #[test]
    fn the_order_of_the_only_source_with_something_stays() {
        let by_words: Found = &[("its key", 0.3), ("copy", 0.6), ("far", 0.1)];
        assert_eq!(order(&[by_words]), ["its key", "copy", "far"]);
        assert_eq!(order(&[&[], by_words, &[]]), ["its key", "copy", "far"]);
    }

    #[test]
    fn a_copy_hardly_comes_before_what_a_more_trusted_source_found() {
        let index: Found = &[("good", 0.6), ("fair", 0.4)];
        let store: Found = &[("copy", 1.0), ("copy of a good one", 0.9)];
        assert_eq!(
            order(&[index, store]),
            ["good", "fair", "copy", "copy of a good one"]
        );
    }

    #[test]
    fn what_only_another_source_has_is_judged_by_its_score() {
        let index: Found = &[("good", 0.6), ("fair", 0.4)];
        assert_eq!(
            order(&[index, &[("its own", 0.9)]]),
            ["its own", "good", "fair"]
        );
    }

    #[test]
    fn of_what_is_as_good_that_comes_first_which_another_has_too() {
        let index: Found = &[("one", 0.60), ("other", 0.59)];
        assert_eq!(order(&[index, &[("other", 0.9)]]), ["other", "one"]);
        assert_eq!(order(&[index, &[("other", 0.6)]]), ["one", "other"]);
    }
}
