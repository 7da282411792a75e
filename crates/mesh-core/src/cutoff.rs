use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Tells work on another thread that nobody waits for it any more: its deadline has passed, or its caller has left.
/// Cloning shares it.
#[derive(Clone, Debug)]
pub struct Cutoff {
    at: Instant,
    abandoned: Arc<AtomicBool>,
}

/// Held by whoever waits; dropping it abandons the work.
#[derive(Debug)]
pub struct Waiting(Arc<AtomicBool>);

impl Cutoff {
    #[must_use]
    pub fn at(at: Instant) -> (Self, Waiting) {
        let abandoned = Arc::new(AtomicBool::new(false));
        let waiting = Waiting(Arc::clone(&abandoned));
        (Self { at, abandoned }, waiting)
    }

    #[must_use]
    pub fn is_reached(&self, now: Instant) -> bool {
        now >= self.at || self.abandoned.load(Ordering::Relaxed)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_is_reached_at_its_moment_or_when_the_caller_leaves() {
        let now = Instant::now();
        let at = now + Duration::from_secs(3);
        let (cutoff, waiting) = Cutoff::at(at);
        assert!(!cutoff.is_reached(now));
        assert!(cutoff.is_reached(at));
        drop(waiting);
        assert!(cutoff.is_reached(now));
    }
}
