use std::time::{Duration, Instant};

use super::tend::MIN_TTL;

const FIRST: Duration = Duration::from_millis(200);

/// An upstream may say that its lists have changed whenever it is asked for them: for as long as that is not so, it is listened
/// to less and less.
#[derive(Debug)]
pub(super) struct Debounce {
    wait: Duration,
    until: Instant,
}

impl Default for Debounce {
    fn default() -> Self {
        Self {
            wait: Duration::ZERO,
            until: Instant::now(),
        }
    }
}

impl Debounce {
    pub(super) const fn until(&self) -> Instant {
        self.until
    }

    pub(super) fn is_over(&self, now: Instant) -> bool {
        now >= self.until
    }

    /// What it said was heard, and was so or not.
    pub(super) fn heard(&mut self, is_same: bool, now: Instant) {
        let has_been_quiet = now.saturating_duration_since(self.until) > self.wait.max(FIRST);
        self.wait = match is_same {
            true if has_been_quiet => FIRST,
            true => (2 * self.wait).clamp(FIRST, MIN_TTL),
            false => Duration::ZERO,
        };
        self.until = now + self.wait;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_again_and_again_what_is_not_so_is_listened_to_less() {
        let (mut debounce, mut now) = (Debounce::default(), Instant::now());
        let mut waits = Vec::new();
        for _ in 0..10 {
            debounce.heard(true, now);
            assert!(!debounce.is_over(now));
            waits.push(debounce.until().duration_since(now).as_millis());
            now = debounce.until();
            assert!(debounce.is_over(now));
        }
        let expected = [
            200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000,
        ];
        assert_eq!(waits, expected);
        debounce.heard(false, now);
        assert!(debounce.is_over(now));
        debounce.heard(true, now);
        debounce.heard(true, now + Duration::from_secs(600));
        assert_eq!(debounce.wait, FIRST);
    }
}
