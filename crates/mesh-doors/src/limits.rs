//! How much one caller may have called, and have running, at a time: in this process, for as long as it runs.

mod bucket;
mod refused;
mod shared;
mod sizes;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mesh_core::{Effect, Moment};

pub use refused::{Refused, Why};
pub use shared::{Counted, SharedLimiter, SharedRefusal};
pub use sizes::{Sizes, TooLarge};

use bucket::Bucket;

/// How often one caller may call the tools with one effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Calls: as many at once after a pause, and as many a minute from then on.
    pub per_minute: u32,
    /// How many calls may be running at the same time.
    pub concurrent: u32,
}

impl Limit {
    /// Where nothing else is said. Who searches may ask many things at once, in a batch of 50; what changes something or costs
    /// money is called for one thing that a person wants.
    #[must_use]
    pub const fn default_of(effect: Effect) -> Self {
        let (per_minute, concurrent) = match effect {
            Effect::Read => (100, 50),
            Effect::Write => (30, 4),
            Effect::Spend => (5, 2),
        };
        Self {
            per_minute,
            concurrent,
        }
    }
}

/// Admits calls, and remembers of each caller what it has had of late.
#[derive(Debug)]
pub struct Limiter {
    callers: Mutex<HashMap<Box<str>, Account>>,
    max_callers: usize,
}

/// What one caller has had: of each effect, in their order.
#[derive(Debug, Default)]
struct Account {
    buckets: [Bucket; 3],
    running: Arc<[AtomicU32; 3]>,
}

/// A call that may run. It counts as running until this is dropped.
#[derive(Debug)]
#[must_use = "the call counts as ended when this is dropped"]
pub struct Admitted {
    running: Arc<[AtomicU32; 3]>,
    effect: Effect,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::remembering(10_000)
    }
}

impl Limiter {
    /// When a call that is running ends, or there is room for another caller, nobody knows.
    const SOON: Duration = Duration::from_secs(1);

    fn remembering(max_callers: usize) -> Self {
        Self {
            callers: Mutex::default(),
            max_callers,
        }
    }

    /// Whether one more call may run now. What is refused costs nothing.
    ///
    /// # Errors
    /// Where the caller has had, or has running, as much as it may.
    pub fn admit(
        &self,
        caller: &str,
        effect: Effect,
        limit: Limit,
        now: Moment,
    ) -> Result<Admitted, Refused> {
        let refused = |retry_in, why| Refused {
            retry_in,
            why,
            effect,
            limit,
        };
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if !callers.contains_key(caller) {
            if callers.len() >= self.max_callers {
                callers.retain(|_, account| !account.is_as_new(now));
            }
            if callers.len() >= self.max_callers {
                return Err(refused(Self::SOON, Why::Callers));
            }
        }
        // Only a caller that is new costs a copy of its name.
        let account = match callers.get_mut(caller) {
            Some(account) => account,
            None => callers.entry(caller.into()).or_default(),
        };
        let running = &account.running[effect as usize];
        if running.load(Ordering::Relaxed) >= limit.concurrent {
            return Err(refused(Self::SOON, Why::Running));
        }
        account.buckets[effect as usize]
            .take(limit.per_minute, now)
            .map_err(|retry_in| refused(retry_in, Why::Rate))?;
        // Only here, and so under the lock, does it grow.
        running.fetch_add(1, Ordering::Relaxed);
        Ok(Admitted {
            running: Arc::clone(&account.running),
            effect,
        })
    }
}

impl Account {
    /// Whether forgetting it changes nothing.
    fn is_as_new(&self, now: Moment) -> bool {
        self.buckets.iter().all(|bucket| bucket.is_full(now))
            && self
                .running
                .iter()
                .all(|running| running.load(Ordering::Relaxed) == 0)
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.running[self.effect as usize].fetch_sub(1, Ordering::Relaxed);
    }
}
