use std::sync::Mutex;
use std::time::{Duration, Instant};

use mesh_core::lock;

const WINDOW: Duration = Duration::from_secs(60);
/// Enough to see what is being tried.
const MAX_LINES: u64 = 10;

/// Requests of those who are not let in: of each minute the first have lines of their own, the others are counted. A stranger
/// decides how many there are, and must not decide how large the log grows. Those that are answered (whether the server lives,
/// what a browser may send) take no line away from those that are refused.
#[derive(Debug)]
pub(crate) struct Strangers {
    refused: Mutex<Counted>,
    answered: Mutex<Counted>,
}

#[derive(Debug)]
struct Counted {
    since: Instant,
    requests: u64,
}

impl Strangers {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            refused: Mutex::new(Counted::new(now)),
            answered: Mutex::new(Counted::new(now)),
        }
    }

    /// Counts a request that was refused; whether it has a line of its own.
    pub(crate) fn refused(&self, now: Instant) -> bool {
        self.tell(now);
        one(&self.refused)
    }

    /// Counts a request that was answered; whether it has a line of its own.
    pub(crate) fn answered(&self, now: Instant) -> bool {
        self.tell(now);
        one(&self.answered)
    }

    /// Logs, once a minute is over, how many refusals of it had no line.
    pub(crate) fn tell(&self, now: Instant) {
        if let Some(refused) = ended(&self.refused, now) {
            tracing::warn!(
                refused,
                "more requests of strangers were refused within a minute"
            );
        }
        if let Some(requests) = ended(&self.answered, now) {
            tracing::info!(
                requests,
                "more requests that need no token were answered within a minute"
            );
        }
    }
}

impl Counted {
    const fn new(since: Instant) -> Self {
        Self { since, requests: 0 }
    }
}

fn one(counted: &Mutex<Counted>) -> bool {
    let mut counted = lock(counted);
    counted.requests += 1;
    counted.requests <= MAX_LINES
}

fn ended(counted: &Mutex<Counted>, now: Instant) -> Option<u64> {
    let mut counted = lock(counted);
    if now.duration_since(counted.since) < WINDOW {
        return None;
    }
    let requests = std::mem::replace(&mut *counted, Counted::new(now)).requests;
    requests.checked_sub(MAX_LINES).filter(|more| *more > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_minute_have_lines_and_the_others_are_counted() {
        let start = Instant::now();
        let strangers = Strangers::new(start);
        let lines = (0..500).filter(|_| strangers.answered(start)).count();
        assert_eq!(lines as u64, MAX_LINES);
        let lines = (0..500).filter(|_| strangers.refused(start)).count();
        assert_eq!(lines as u64, MAX_LINES);
        assert_eq!(ended(&strangers.refused, start), None);
        assert_eq!(ended(&strangers.refused, start + WINDOW), Some(490));
        assert!(strangers.refused(start + WINDOW));
        assert_eq!(ended(&strangers.refused, start + WINDOW * 2), None);
    }
}
