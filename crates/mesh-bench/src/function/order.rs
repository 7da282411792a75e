/// Who takes turns when: in every round another order, since a process that follows a large one finds the caches cold.
/// The same orders in every run.
pub(crate) fn of_round(round: usize, contestants: usize) -> Vec<usize> {
    let mut order: Vec<_> = (0..contestants).collect();
    // Splitmix, started from the round.
    let mut state = round as u64;
    for last in (1..contestants).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let other = (mixed ^ (mixed >> 31)) % (last as u64 + 1);
        order.swap(last, other as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_takes_one_turn_a_round() {
        let mut order = of_round(7, 11);
        order.sort_unstable();
        assert_eq!(order, (0..11).collect::<Vec<_>>());
    }

    #[test]
    fn nobody_follows_the_same_one_always() {
        let before = |round| {
            let order = of_round(round, 11);
            let at = order
                .iter()
                .position(|&one| one == 1)
                .expect("it takes part");
            order[(at + 10) % 11]
        };
        let before: BTreeSet<_> = (0..25).map(before).collect();
        assert!(before.len() >= 8, "{before:?}");
    }
}
