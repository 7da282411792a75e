use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);
/// Enough to see what is being tried.
const MAX_LINES: u64 = 10;

/// Requests of strangers that were refused: of each minute the first have lines of their own, the others are counted. A
/// stranger decides how many there are, and must not decide how large the log grows.
#[derive(Debug)]
pub(crate) struct Refused(Mutex<Counted>);

#[derive(Debug)]
struct Counted {
    since: Instant,
    refused: u64,
}

impl Refused {
    pub(crate) const fn new(now: Instant) -> Self {
        Self(Mutex::new(Counted {
            since: now,
            refused: 0,
        }))
    }

    /// Counts one; whether it has a line of its own.
    pub(crate) fn has_line(&self, now: Instant) -> bool {
        self.tell(now);
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.refused += 1;
        counted.refused <= MAX_LINES
    }

    /// Once a minute is over: how many had no line.
    pub(crate) fn tell(&self, now: Instant) {
        if let Some(refused) = self.ended(now) {
            tracing::warn!(
                refused,
                "more requests without a token, or with a wrong one, were refused within a minute"
            );
        }
    }

    fn ended(&self, now: Instant) -> Option<u64> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(counted.since) < WINDOW {
            return None;
        }
        counted.since = now;
        let refused = std::mem::take(&mut counted.refused);
        refused.checked_sub(MAX_LINES).filter(|more| *more > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_minute_have_lines_and_the_others_are_counted() {
        let start = Instant::now();
        let refused = Refused::new(start);
        let lines = (0..500).filter(|_| refused.has_line(start)).count();
        assert_eq!(lines as u64, MAX_LINES);
        assert_eq!(refused.ended(start), None);
        assert_eq!(refused.ended(start + WINDOW), Some(490));
        assert!(refused.has_line(start + WINDOW));
        assert_eq!(refused.ended(start + WINDOW * 2), None);
    }
}
