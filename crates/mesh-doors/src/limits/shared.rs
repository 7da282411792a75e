//! One bucket for each caller and effect, from which all instances take: several calls at a time, so that most calls ask nobody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use mesh_core::{Effect, hex};
use mesh_store::{Item, Key, Store, StoreError, When, Within};
use ring::digest::{SHA256, digest};
use tokio::time::timeout_at;

use super::{Limit, Limiter, Refused, Why};

const MINUTE_US: u64 = 60_000_000;
/// What was taken and is not used by then is lost, so that it is not spent beside what has come since.
const LEASE: Duration = Duration::from_secs(60);
/// A lease is a tenth of the bucket, so that after so many others have taken one the bucket is empty.
const ATTEMPTS: usize = 16;
const MAX_ACCOUNTS: usize = 10_000;
/// For so long nobody waits for a store that has not answered.
const PAUSE: Duration = Duration::from_secs(5);
/// A store that was given less did not have its chance.
const FAIR: Duration = Duration::from_millis(100);

/// Admits calls by a count that instances share. To be asked behind a [`Limiter`], which alone counts where the store does not
/// answer.
#[derive(Debug)]
pub struct SharedLimiter {
    store: Arc<dyn Store>,
    accounts: Mutex<HashMap<Key, Arc<tokio::sync::Mutex<Account>>>>,
    /// Why the store is not asked, and until when.
    paused: Mutex<Option<(SystemTime, StoreError)>>,
}

/// A call that may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    Shared,
    /// In this process only, as the store did not answer.
    Alone(StoreError),
}

/// That a call may not run now. The text is for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SharedRefusal {
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store did not answer, and what spends is not called uncounted.
    #[error(
        "calls cannot be counted at the moment, and what spends is not called without; try again later"
    )]
    Uncounted(StoreError),
}

/// What this process knows of one caller's bucket.
#[derive(Debug, Default)]
struct Account {
    leased: u32,
    lease_ends: Option<SystemTime>,
    bucket: Option<Bucket>,
}

/// What is kept in the store, and under which version.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    /// Microseconds since 1970. An item that is not there is a bucket that is full.
    full_at: u64,
    version: Option<u64>,
}

impl SharedLimiter {
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            accounts: Mutex::default(),
            paused: Mutex::default(),
        }
    }

    /// Whether one more call may run now. The store is asked by the deadline, and only for a new lease; when it has not answered,
    /// not again for a few seconds.
    ///
    /// # Errors
    /// Where the caller has had as much as it may; or where it would spend and the store does not answer.
    pub async fn admit(
        &self,
        caller: &str,
        effect: Effect,
        limit: Limit,
        within: Within,
    ) -> Result<Counted, SharedRefusal> {
        let key = key(caller, effect);
        let account = self.account(&key);
        let had_its_chance = within.deadline.remaining(Instant::now()) >= FAIR;
        let taken = match timeout_at(within.deadline.at().into(), account.lock()).await {
            Ok(mut account) => self.take(&key, &mut account, limit, within).await,
            Err(_) => Err(StoreError::TimedOut),
        };
        if had_its_chance && let Err(error) = &taken {
            self.pause(error, within.now);
        }
        let refused = |retry_in| Refused {
            retry_in,
            why: Why::Rate,
            effect,
            limit,
        };
        match taken {
            Ok(Ok(())) => Ok(Counted::Shared),
            Ok(Err(retry_in)) => Err(refused(retry_in).into()),
            // Others are at it, so the store is well.
            Err(StoreError::Conflict) => Err(refused(Limiter::SOON).into()),
            Err(error) if effect == Effect::Spend => Err(SharedRefusal::Uncounted(error)),
            Err(error) => Ok(Counted::Alone(error)),
        }
    }

    /// One for each caller and effect, so that a process takes one lease at a time. Forgetting those that nobody is at loses
    /// what they had leased, and lets nobody have more.
    fn account(&self, key: &Key) -> Arc<tokio::sync::Mutex<Account>> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= MAX_ACCOUNTS && !accounts.contains_key(key) {
            accounts.retain(|_, account| Arc::strong_count(account) > 1);
        }
        Arc::clone(accounts.entry(key.clone()).or_default())
    }

    /// # Errors
    /// When the store fails; or how long from now there is one to take.
    async fn take(
        &self,
        key: &Key,
        account: &mut Account,
        limit: Limit,
        within: Within,
    ) -> Result<Result<(), Duration>, StoreError> {
        if account.spend_leased(within.now) {
            return Ok(Ok(()));
        }
        if let Some(error) = self.paused(within.now) {
            return Err(error);
        }
        let lease = (limit.per_minute / 10).max(1);
        for _ in 0..ATTEMPTS {
            // What was known last is enough: others can only have taken more.
            let bucket = match account.bucket {
                Some(bucket) => bucket,
                None => self.read(key, within).await?,
            };
            account.bucket = Some(bucket);
            let (count, full_at) = match bucket.take(lease, limit.per_minute, within.now) {
                Ok(taken) => taken,
                Err(retry_in) => return Ok(Err(retry_in)),
            };
            match self.write(key, bucket.version, full_at, within).await {
                Ok(version) => {
                    let version = Some(version);
                    account.bucket = Some(Bucket { full_at, version });
                    account.leased = count - 1;
                    account.lease_ends = Some(within.now + LEASE);
                    return Ok(Ok(()));
                }
                Err(StoreError::Conflict) => account.bucket = None,
                Err(error) => {
                    account.bucket = None;
                    return Err(error);
                }
            }
        }
        Err(StoreError::Conflict)
    }

    fn paused(&self, now: SystemTime) -> Option<StoreError> {
        let paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, error) = paused.as_ref()?;
        (now < *until).then(|| error.clone())
    }

    /// Others at the same item say nothing of the store. A pause is not made longer by those who were told of it.
    fn pause(&self, error: &StoreError, now: SystemTime) {
        if *error != StoreError::Conflict && self.paused(now).is_none() {
            let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
            *paused = Some((now + PAUSE, error.clone()));
        }
    }

    async fn read(&self, key: &Key, within: Within) -> Result<Bucket, StoreError> {
        let found = self.store.get(key, within).await?;
        found.map_or(Ok(Bucket::default()), |item| Bucket::read(&item))
    }

    async fn write(
        &self,
        key: &Key,
        version: Option<u64>,
        full_at: u64,
        within: Within,
    ) -> Result<u64, StoreError> {
        let when = version.map_or(When::Absent, When::Version);
        let expires = SystemTime::UNIX_EPOCH + Duration::from_micros(full_at);
        let value = full_at.to_le_bytes().to_vec();
        let put = self.store.put(key, value, Some(expires), when, within);
        put.await
    }
}

impl Account {
    fn spend_leased(&mut self, now: SystemTime) -> bool {
        let is_over = self.lease_ends.is_none_or(|ends| ends <= now);
        if is_over || self.leased == 0 {
            return false;
        }
        self.leased -= 1;
        true
    }
}

impl Bucket {
    fn read(item: &Item) -> Result<Self, StoreError> {
        let full_at = item.value.as_slice().try_into();
        Ok(Self {
            full_at: u64::from_le_bytes(full_at.map_err(|_| StoreError::Corrupt)?),
            version: Some(item.version),
        })
    }

    /// How many of `wanted` there are, and when the bucket is full again without them.
    ///
    /// # Errors
    /// Where there is none: in how long there will be.
    fn take(self, wanted: u32, per_minute: u32, now: SystemTime) -> Result<(u32, u64), Duration> {
        let Some(interval) = MINUTE_US.checked_div(u64::from(per_minute)) else {
            return Err(Duration::from_micros(MINUTE_US));
        };
        // At least a microsecond more than nothing, or there would be no limit.
        let interval = interval.max(1);
        let now = micros(now);
        let lacking = self.full_at.saturating_sub(now);
        let there = (interval * u64::from(per_minute)).saturating_sub(lacking) / interval;
        let count = u32::try_from(there).unwrap_or(u32::MAX).min(wanted);
        if count == 0 {
            let size = interval * u64::from(per_minute);
            return Err(Duration::from_micros(lacking + interval - size));
        }
        Ok((count, now + lacking + interval * u64::from(count)))
    }
}

fn micros(moment: SystemTime) -> u64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH);
    u64::try_from(since.unwrap_or_default().as_micros()).unwrap_or(u64::MAX)
}

/// Callers' names are any text, and some are people's.
fn key(caller: &str, effect: Effect) -> Key {
    let effect = effect.as_str();
    let digest = hex(digest(&SHA256, caller.as_bytes()).as_ref());
    Key::new(&format!("limits/{effect}/{digest}")).expect("hexadecimal digits are a name")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use futures::future::BoxFuture;
    use mesh_core::Deadline;
    use mesh_store::{Page, Prefix, Write};

    use super::*;

    /// A store that cannot be reached and counts who tries, until it is back.
    #[derive(Debug, Default)]
    struct Gone {
        asked: AtomicUsize,
        is_back: AtomicBool,
    }

    impl Gone {
        fn answer<T: Send + 'static>(&self, answer: T) -> BoxFuture<'_, Result<T, StoreError>> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let is_back = self.is_back.load(Ordering::SeqCst);
            Box::pin(async move { is_back.then_some(answer).ok_or(StoreError::Unreachable) })
        }
    }

    impl Store for Gone {
        fn get<'a>(
            &'a self,
            _: &'a Key,
            _: Within,
        ) -> BoxFuture<'a, Result<Option<Item>, StoreError>> {
            self.answer(None)
        }

        fn list<'a>(
            &'a self,
            _: &'a Prefix,
            _: Option<&'a Key>,
            _: usize,
            _: Within,
        ) -> BoxFuture<'a, Result<Page, StoreError>> {
            self.answer(Page::default())
        }

        fn transact<'a>(
            &'a self,
            writes: &'a [Write],
            _: Within,
        ) -> BoxFuture<'a, Result<Vec<u64>, StoreError>> {
            self.answer(vec![1; writes.len()])
        }
    }

    fn at(seconds: u64, left: Duration) -> Within {
        Within {
            now: SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds),
            deadline: Deadline::after(Instant::now(), left),
        }
    }

    #[tokio::test]
    async fn a_store_that_has_not_answered_is_left_alone_for_a_while() {
        let store = Arc::new(Gone::default());
        let limiter = SharedLimiter::new(Arc::clone(&store) as Arc<dyn Store>);
        let limit = Limit::default_of(Effect::Spend);
        let admit = async |effect, seconds, left| {
            let within = at(seconds, left);
            limiter.admit("ada", effect, limit, within).await
        };
        let long = Duration::from_secs(60);
        let (alone, uncounted) = (
            Ok(Counted::Alone(StoreError::Unreachable)),
            Err(SharedRefusal::Uncounted(StoreError::Unreachable)),
        );
        // Who has no time left learns nothing of the store.
        assert_eq!(
            admit(Effect::Read, 0, Duration::from_millis(20)).await,
            alone
        );
        assert_eq!(admit(Effect::Read, 0, long).await, alone);
        for seconds in [0, 1, 4] {
            assert_eq!(admit(Effect::Read, seconds, long).await, alone);
            assert_eq!(admit(Effect::Spend, seconds, long).await, uncounted);
        }
        assert_eq!(store.asked.load(Ordering::SeqCst), 2);
        store.is_back.store(true, Ordering::SeqCst);
        assert_eq!(admit(Effect::Spend, 4, long).await, uncounted);
        assert_eq!(admit(Effect::Spend, 5, long).await, Ok(Counted::Shared));
    }
}
