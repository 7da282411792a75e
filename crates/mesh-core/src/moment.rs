use std::time::{Duration, Instant, SystemTime};

/// A moment, by both clocks. The steady one may stand still while a host is frozen, and the one on the wall can be set: that
/// more time has passed is believed of either.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    #[must_use]
    pub const fn new(steady: Instant, wall: SystemTime) -> Self {
        Self { steady, wall }
    }

    /// How long ago another one was; nothing where it was later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let steady = self.steady.saturating_duration_since(earlier.steady);
        let wall = self.wall.duration_since(earlier.wall).unwrap_or_default();
        steady.max(wall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_by_the_clock_that_goes() {
        let (steady, wall) = (Instant::now(), SystemTime::UNIX_EPOCH);
        let [one, ten] = [1, 10].map(Duration::from_secs);
        let then = Moment::new(steady, wall + ten);
        for (now, since) in [
            (then, Duration::ZERO),
            // Frozen.
            (Moment::new(steady, wall + ten + ten), ten),
            // Set back.
            (Moment::new(steady + one, wall), one),
        ] {
            assert_eq!(now.since(then), since, "{now:?}");
        }
        assert_eq!(
            then.since(Moment::new(steady + one, wall + ten + ten)),
            Duration::ZERO
        );
    }
}
