/// How much it says that a term is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rarity {
    pub(crate) weight: f32,
    pub(crate) is_known: bool,
}

impl Rarity {
    /// The probabilistic inverse document frequency, as in BM25: it never falls below zero.
    pub(crate) fn of(passages: u64, passages_with: u64) -> Self {
        let all = passages.max(passages_with).max(1) as f32;
        let with = passages_with as f32;
        Self {
            weight: (1.0 + (all - with + 0.5) / (with + 0.5)).ln(),
            is_known: passages_with > 0,
        }
    }
}
