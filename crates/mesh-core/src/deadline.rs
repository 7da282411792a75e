use std::time::{Duration, Instant};

/// What lies between the soft deadline and the end where nothing else is said: a tenth of the budget, at most this.
const MAX_GAP: Duration = Duration::from_secs(1);

/// The moment by which a request must have its answer, and the budget it was given.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    at: Instant,
    budget: Duration,
    gap: Option<Duration>,
}

/// A hundred years: with more than the clock can hold a deadline would be none.
const MAX_BUDGET: Duration = Duration::from_secs(100 * 366 * 24 * 3600);

impl Deadline {
    /// A budget of more than a hundred years counts as so many.
    #[must_use]
    pub fn after(now: Instant, budget: Duration) -> Self {
        let budget = budget.min(MAX_BUDGET);
        Self {
            at: now + budget,
            budget,
            gap: None,
        }
    }

    /// The same moment, or sooner where `share` runs out first.
    #[must_use]
    pub fn at_most(self, now: Instant, share: Duration) -> Self {
        let sooner = Self::after(now, share);
        match sooner.at < self.at {
            true => Self {
                gap: self.gap,
                ..sooner
            },
            false => self,
        }
    }

    /// The same, with so much between its soft deadline and its end.
    #[must_use]
    pub const fn with_gap(mut self, gap: Option<Duration>) -> Self {
        self.gap = gap;
        self
    }

    /// When whoever gathers from several sources stops waiting, so that what has come is put together and sent in time; never
    /// in the first half of the budget.
    #[must_use]
    pub fn soft(self) -> Self {
        let usual = (self.budget / 10).min(MAX_GAP);
        let gap = self.gap.unwrap_or(usual).min(self.budget / 2);
        Self {
            at: self.at - gap,
            ..self
        }
    }

    #[must_use]
    pub const fn at(self) -> Instant {
        self.at
    }

    /// The whole time that was given, for messages: what is left is [`Self::remaining`].
    #[must_use]
    pub const fn budget(self) -> Duration {
        self.budget
    }

    #[must_use]
    pub fn remaining(self, now: Instant) -> Duration {
        self.at.saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_never_outlives_the_whole() {
        let now = Instant::now();
        let whole = Deadline::after(now, Duration::from_secs(10));
        assert_eq!(
            whole.at_most(now, Duration::from_secs(3)).at(),
            now + Duration::from_secs(3)
        );
        assert_eq!(whole.at_most(now, Duration::from_secs(30)).at(), whole.at());
    }

    #[test]
    fn a_budget_that_no_clock_holds_is_a_long_one() {
        let now = Instant::now();
        let endless = Deadline::after(now, Duration::MAX);
        assert_eq!(endless.remaining(now), MAX_BUDGET);
        let soon = Deadline::after(now, Duration::from_secs(1));
        assert_eq!(soon.at_most(now, Duration::MAX).at(), soon.at());
    }

    #[test]
    fn the_soft_one_leaves_a_tenth_and_a_second_at_most_or_what_is_set() {
        let now = Instant::now();
        for (budget_ms, soft_ms) in [(3_000, 2_700), (25_000, 24_000)] {
            let deadline = Deadline::after(now, Duration::from_millis(budget_ms));
            let left = deadline.soft().remaining(now);
            assert_eq!(left, Duration::from_millis(soft_ms));
        }
        let set = |gap_ms| {
            let share = Duration::from_secs(4);
            let deadline =
                Deadline::after(now, 2 * share).with_gap(Some(Duration::from_millis(gap_ms)));
            deadline.at_most(now, share).soft().remaining(now)
        };
        assert_eq!(set(1_500), Duration::from_millis(2_500));
        assert_eq!(set(60_000), Duration::from_millis(2_000));
    }

    #[test]
    fn a_spent_deadline_has_nothing_left() {
        let now = Instant::now();
        let spent = Deadline::after(now, Duration::ZERO);
        assert_eq!(
            spent.remaining(now + Duration::from_secs(1)),
            Duration::ZERO
        );
    }
}
