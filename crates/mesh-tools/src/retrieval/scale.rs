/// The scores of a source that are as good as our threshold, and as good as our 1.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    threshold: f32,
    one: f32,
}

impl Scale {
    /// The scores of the ranker `auto` of a vector store.
    pub const STORE: Self = Self {
        threshold: 0.3,
        one: 0.9,
    };

    /// The cosine of vectors of `text-embedding-3-small`, of which good matches reach 0.4 to 0.7.
    pub const COSINE: Self = Self {
        threshold: 0.35,
        one: 0.75,
    };

    /// Their score on our scale, where the threshold usual with us is `usual`.
    #[must_use]
    pub fn ours(&self, theirs: f32, usual: f32) -> f32 {
        let ours = if theirs < self.threshold {
            usual * theirs / self.threshold
        } else {
            usual + (1.0 - usual) * (theirs - self.threshold) / (self.one - self.threshold)
        };
        ours.clamp(0.0, 1.0)
    }

    /// Our score on their scale.
    pub(crate) fn theirs(&self, ours: f32, usual: f32) -> f32 {
        if ours < usual {
            self.threshold * ours / usual
        } else {
            self.threshold + (self.one - self.threshold) * (ours - usual) / (1.0 - usual)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_brought_to_our_scale_and_back() {
        let usual = 0.4;
        let ours = |theirs| Scale::STORE.ours(theirs, usual);
        assert_eq!((ours(0.0), ours(0.3), ours(0.95)), (0.0, usual, 1.0));
        for score in [0.1, 0.4, 0.7, 1.0] {
            let there_and_back = Scale::COSINE.ours(Scale::COSINE.theirs(score, usual), usual);
            assert!((there_and_back - score).abs() < 1e-6, "{score}");
        }
    }
}
