use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use mesh_core::Deadline;
use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout_at;

use super::JwtError;
use super::fetch::{KeySet, Source};
use super::key::Key;
use super::token::Header;

/// How long old keys are used where new ones cannot be had.
const MAX_STALE: Duration = Duration::from_secs(3600);

/// Between two readings, so that tokens with keys of strangers' invention cause no traffic.
const PAUSE: Duration = Duration::from_secs(60);

/// The same where nobody gets in until one succeeds.
const PAUSE_WITHOUT_KEYS: Duration = Duration::from_secs(5);

/// The issuer's keys: read when they are first needed, and again when they are no longer fresh or a token names one that is
/// not among them. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Keys(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    source: Source,
    known: Mutex<Known>,
    /// Held by whoever reads, so that one does for all.
    reading: Arc<tokio::sync::Mutex<()>>,
}

/// Time is by the clock on the wall: the steady one stands still while a process is frozen.
#[derive(Clone, Debug, Default)]
struct Known {
    set: Option<Arc<KeySet>>,
    tried: Option<SystemTime>,
}

impl Keys {
    pub(super) fn new(source: Source) -> Self {
        Self(Arc::new(Shared {
            source,
            known: Mutex::default(),
            reading: Arc::default(),
        }))
    }

    /// The one key that fits; nothing, where the issuer has none, or several.
    pub(super) async fn find(
        &self,
        header: &Header,
        now: SystemTime,
        deadline: Deadline,
    ) -> Result<Option<Arc<Key>>, JwtError> {
        let known = self.0.known();
        let key = known.usable(now).and_then(|set| set.find(header));
        if key.is_some() && known.is_fresh(now) {
            return Ok(key);
        }
        let reading = match self.0.reading.clone().try_lock_owned() {
            Ok(reading) => reading,
            Err(_) if key.is_some() => return Ok(key),
            Err(_) => {
                let reading = self.0.reading.clone().lock_owned();
                let reading = timeout_at(deadline.at().into(), reading).await;
                reading.map_err(|_| JwtError::KeysUnavailable)?
            }
        };
        if self.0.known().is_due(now) {
            self.read(reading, now, deadline).await;
        }
        let known = self.0.known();
        let set = known.usable(now).ok_or(JwtError::KeysUnavailable)?;
        Ok(set.find(header))
    }

    /// In a task of its own: a caller who leaves would end the reading, and no other may begin for a while.
    async fn read(&self, reading: OwnedMutexGuard<()>, now: SystemTime, deadline: Deadline) {
        self.0.lock().tried = Some(now);
        let shared = self.0.clone();
        let task = tokio::spawn(async move {
            match shared.source.read(now, deadline).await {
                Ok(set) => shared.lock().set = Some(Arc::new(set)),
                Err(fault) => tracing::warn!(
                    issuer = shared.source.issuer,
                    %fault,
                    "the keys of the issuer of tokens cannot be read"
                ),
            }
            drop(reading);
        });
        // A panic is in the log, and there are no new keys.
        let _ = task.await;
    }
}

impl Shared {
    fn known(&self) -> Known {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn usable(&self, now: SystemTime) -> Option<&KeySet> {
        let set = self.set.as_deref();
        set.filter(|set| now < set.fresh_until + MAX_STALE)
    }

    fn is_fresh(&self, now: SystemTime) -> bool {
        let set = self.set.as_ref();
        set.is_some_and(|set| now < set.fresh_until)
    }

    /// Whether the issuer may be asked again. A clock that went far back says nothing about how long ago it was.
    fn is_due(&self, now: SystemTime) -> bool {
        let pause = match self.usable(now) {
            Some(_) => PAUSE,
            None => PAUSE_WITHOUT_KEYS,
        };
        self.tried.is_none_or(|tried| {
            let since = now.duration_since(tried);
            since.unwrap_or_else(|back| back.duration()) >= pause
        })
    }
}

impl KeySet {
    fn find(&self, header: &Header) -> Option<Arc<Key>> {
        let mut fitting = self.keys.iter().filter(|key| key.fits(header));
        let key = fitting.next()?;
        fitting.next().is_none().then(|| key.clone())
    }
}
