/// Something found, and how well it matches: on one scale, whichever source it is from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked<T> {
    pub item: T,
    /// 0 to 1.
    pub score: f32,
}

/// What a place in the order of every source adds to a score of 1: enough to put first, of two that score alike, what more
/// sources have high up; too little to carry it past what is clearly better.
const RANK_WEIGHT: f32 = 0.2;

/// The place at which half of that is left.
const HALF: f32 = 5.0;

/// One order of what several sources found, each the best first. What is the `same` in two of them is there once, as the
/// first source has it, with its best score. The order of a single source stays.
#[must_use]
pub fn fuse<T>(sources: Vec<Vec<Ranked<T>>>, same: impl Fn(&T, &T) -> bool) -> Vec<Ranked<T>> {
    let share = RANK_WEIGHT / sources.len().max(1) as f32;
    let mut fused: Vec<Fused<T>> = Vec::new();
    for source in sources {
        let known = fused.len();
        for (place, (found, standing)) in standings(source).into_iter().enumerate() {
            let by_rank = share * HALF / (HALF + place as f32);
            // Two of one source are two things.
            let twin = fused[..known]
                .iter_mut()
                .find(|other| same(&other.found.item, &found.item));
            match twin {
                Some(other) => {
                    other.found.score = other.found.score.max(found.score);
                    other.standing = other.standing.max(standing);
                    other.by_rank += by_rank;
                }
                None => fused.push(Fused {
                    found,
                    standing,
                    by_rank,
                }),
            }
        }
    }
    in_order(fused)
}

pub(super) fn in_order<T>(mut fused: Vec<Fused<T>>) -> Vec<Ranked<T>> {
    fused.sort_by(|a, b| b.worth().total_cmp(&a.worth()));
    fused.into_iter().map(|one| one.found).collect()
}

pub(super) struct Fused<T> {
    pub(super) found: Ranked<T>,
    pub(super) standing: f32,
    pub(super) by_rank: f32,
}

impl<T> Fused<T> {
    fn worth(&self) -> f32 {
        self.standing + self.by_rank
    }
}

/// What is found, each with the best score from its place on: where a source has put a lower score first, it knows more than
/// the score says, as a database that finds a ticket's key by its words.
pub(super) fn standings<T>(source: Vec<Ranked<T>>) -> Vec<(Ranked<T>, f32)> {
    let mut best = 0.0_f32;
    let from_the_last = source.into_iter().rev().map(|found| {
        best = best.max(found.score);
        (found, best)
    });
    let mut standings: Vec<_> = from_the_last.collect();
    standings.reverse();
    standings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(found: &[(&'static str, f32)]) -> Vec<Ranked<&'static str>> {
        let ranked = found.iter().map(|&(item, score)| Ranked { item, score });
        ranked.collect()
    }

    fn order(sources: &[&[(&'static str, f32)]]) -> Vec<&'static str> {
        let sources = sources.iter().map(|source| list(source)).collect();
        let fused = fuse(sources, |a, b| a == b);
        fused.into_iter().map(|found| found.item).collect()
    }

    #[test]
    fn one_source_keeps_its_order() {
        let alone: &[(&str, f32)] = &[("a", 0.9), ("b", 0.9), ("c", 0.2)];
        assert_eq!(order(&[alone]), ["a", "b", "c"]);
        assert_eq!(order(&[alone, &[]]), ["a", "b", "c"]);
        let by_words: &[(&str, f32)] = &[("its key", 0.3), ("near", 0.6), ("far", 0.1)];
        assert_eq!(order(&[by_words]), ["its key", "near", "far"]);
        assert_eq!(order(&[&[], by_words]), ["its key", "near", "far"]);
    }

    #[test]
    fn what_two_sources_have_is_there_once_and_before_what_scores_alike() {
        let (one, other) = (list(&[("a", 0.5), ("b", 0.5)]), list(&[("b", 0.45)]));
        let fused = fuse(vec![one, other], |a, b| a == b);
        assert_eq!(fused, list(&[("b", 0.5), ("a", 0.5)]));
    }

    #[test]
    fn a_place_in_every_order_does_not_outweigh_a_clearly_better_match() {
        let one: &[(&str, f32)] = &[("good", 0.8), ("bad", 0.3)];
        assert_eq!(order(&[one, &[("bad", 0.3)]]), ["good", "bad"]);
    }
}
