use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use mesh_core::lock;

/// Failures in a row from which on a host is left alone.
const MAX_FAILURES: u32 = 5;

/// For how long it is.
const REST: Duration = Duration::from_secs(5);

/// What has become of the exchanges with one host. Time is by the clock on the wall: the steady one stands still while a
/// process is frozen.
#[derive(Clone, Copy, Debug)]
struct Breaker {
    failures: u32,
    /// Of the last failure, or of the trial that is on its way.
    at: SystemTime,
}

impl Breaker {
    /// Closed below the bound, open until the rest is over, and then half-open: one exchange in every rest is let through.
    fn admit(&mut self, now: SystemTime) -> Result<(), Duration> {
        if self.failures < MAX_FAILURES {
            return Ok(());
        }
        let rested = now.duration_since(self.at).unwrap_or(REST);
        if rested < REST {
            return Err(REST - rested);
        }
        self.at = now;
        Ok(())
    }

    fn fail(&mut self, now: SystemTime) {
        self.failures = self.failures.saturating_add(1);
        self.at = now;
    }
}

/// A breaker for each host (and port) that has failed since it last answered.
#[derive(Debug, Default)]
pub(crate) struct Breakers(Mutex<HashMap<String, Breaker>>);

impl Breakers {
    /// Whether a host may be asked now, or else in how long.
    pub(crate) fn admit(&self, host: &str, now: SystemTime) -> Result<(), Duration> {
        let mut breakers = self.lock();
        breakers
            .get_mut(host)
            .map_or(Ok(()), |breaker| breaker.admit(now))
    }

    pub(crate) fn succeed(&self, host: &str) {
        self.lock().remove(host);
    }

    pub(crate) fn fail(&self, host: &str, now: SystemTime) {
        let new = Breaker {
            failures: 0,
            at: now,
        };
        let mut breakers = self.lock();
        breakers.entry(host.to_owned()).or_insert(new).fail(now);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Breaker>> {
        lock(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "api.example.com";
    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn opened() -> Breakers {
        let breakers = Breakers::default();
        for _ in 0..MAX_FAILURES {
            assert_eq!(breakers.admit(HOST, NOW), Ok(()));
            breakers.fail(HOST, NOW);
        }
        breakers
    }

    #[test]
    fn a_host_that_goes_on_failing_is_left_alone_and_others_are_not() {
        let breakers = opened();
        assert_eq!(breakers.admit(HOST, NOW), Err(REST));
        let later = NOW + Duration::from_secs(2);
        assert_eq!(breakers.admit(HOST, later), Err(Duration::from_secs(3)));
        assert_eq!(breakers.admit("other.example.com", NOW), Ok(()));
    }

    #[test]
    fn after_the_rest_one_exchange_is_tried() {
        let breakers = opened();
        let later = NOW + REST;
        assert_eq!(breakers.admit(HOST, later), Ok(()));
        assert_eq!(breakers.admit(HOST, later), Err(REST));
        breakers.fail(HOST, later);
        assert_eq!(breakers.admit(HOST, later), Err(REST));
        // A trial whose end nobody saw bars the host for no longer than a failed one.
        assert_eq!(breakers.admit(HOST, later + REST), Ok(()));
        assert_eq!(breakers.admit(HOST, later + REST * 2), Ok(()));
    }

    #[test]
    fn an_answer_closes_it() {
        let breakers = opened();
        breakers.succeed(HOST);
        for _ in 1..MAX_FAILURES {
            breakers.fail(HOST, NOW);
        }
        assert_eq!(breakers.admit(HOST, NOW), Ok(()));
    }
}
