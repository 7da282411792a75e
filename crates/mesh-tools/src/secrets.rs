//! The secrets vendors ask for: read at once, kept for a while, read anew in time.
//!
//! A value younger than [`Ttl::soft`] is simply used. An older one is used too, and is due to be read anew when nobody waits;
//! one older than [`Ttl::hard`] is not used any more. A source that fails is left alone for a while, and then asked again by
//! whoever needs a value.

mod held;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use mesh_core::{Deadline, Metrics, Moment, Outcome, Parameter, Secret, SecretSource, SourceError};

use crate::error::ToolError;
use held::{Held, Why};

/// How old a value may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ttl {
    /// Older than this, it is still used, and read anew when nobody waits.
    pub soft: Duration,
    /// Older than this, it is not used any more.
    pub hard: Duration,
}

/// What reading a source may take, of a request and of the start alike; a healthy one answers in milliseconds.
pub const READ_TIMEOUT: Duration = Duration::from_secs(2);
/// A vendor that goes on refusing a value does not make us read it for each of its refusals.
const BETWEEN_REFUSALS: Duration = Duration::from_secs(30);

/// Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Option<Arc<Store>>);

#[derive(Debug)]
struct Store {
    source: Box<dyn SecretSource>,
    ttl: Ttl,
    metrics: Arc<Metrics>,
    held: Mutex<Held>,
    /// Held while the source is read, so that it is read once for all who wait.
    reading: tokio::sync::Mutex<()>,
}

impl Secrets {
    /// A deployment without any.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    /// Nothing is read yet: see [`Self::read`].
    #[must_use]
    pub fn new(source: Box<dyn SecretSource>, ttl: Ttl, metrics: Arc<Metrics>) -> Self {
        Self(Some(Arc::new(Store {
            source,
            ttl,
            metrics,
            held: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
        })))
    }

    /// Whether the source should be read when nobody waits.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.0.as_ref().is_some_and(|store| {
            let now = now();
            let held = store.lock();
            held.is_older_than(store.ttl.soft, now) && held.may_ask(now)
        })
    }

    /// Whether the last attempt to read failed: then who needs a value should have it tried again first.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.0.as_ref().is_some_and(|store| {
            let held = store.lock();
            held.error.is_some() && held.may_ask(now())
        })
    }

    /// Reads the source, in the time there is and in [`READ_TIMEOUT`] at most; with others who do so at the same time, once,
    /// and not while it is left alone.
    ///
    /// # Errors
    /// What the source said, this time or the last. What was held before is kept.
    pub async fn read(&self, deadline: Deadline) -> Result<(), SourceError> {
        match &self.0 {
            Some(store) => store.read(deadline).await,
            None => Ok(()),
        }
    }

    /// The value to use now.
    ///
    /// # Errors
    /// `Unavailable`, naming the parameter.
    pub async fn value(
        &self,
        parameter: Parameter,
        deadline: Deadline,
    ) -> Result<Secret, ToolError> {
        if let Some(secret) = self.at_hand(parameter) {
            return Ok(secret);
        }
        // What went wrong is told below, by the parameter's name.
        let _ = self.read(deadline).await;
        self.at_hand(parameter)
            .ok_or_else(|| self.missing(parameter))
    }

    /// The value to use where a vendor has refused `refused`: another than that one, or an error.
    ///
    /// # Errors
    /// `Unavailable` where there is no other.
    pub async fn after_refusal(
        &self,
        parameter: Parameter,
        refused: &Secret,
        deadline: Deadline,
    ) -> Result<Secret, ToolError> {
        if self.0.is_none() {
            return Err(self.missing(parameter));
        }
        let differs = |secret: &Secret| secret.reveal() != refused.reveal();
        if let Some(other) = self.at_hand(parameter).filter(differs) {
            return Ok(other);
        }
        self.read_for_newer(deadline).await;
        self.at_hand(parameter)
            .filter(differs)
            .ok_or_else(|| self.refused(parameter))
    }

    /// Reads the source for a value newer than the one held, which something has shown to be out of date; not more often than
    /// every half minute, whatever strangers show. Where others read it already, their reading is waited for: what is asked
    /// of a vendor at once is refused at once.
    pub async fn read_for_newer(&self, deadline: Deadline) {
        let Some(store) = &self.0 else { return };
        let is_new = store.lock().note_refusal(now(), BETWEEN_REFUSALS);
        // What went wrong is logged where it did; what was held stays.
        if is_new {
            let _ = store.read(deadline).await;
        } else {
            let left = deadline.remaining(Instant::now()).min(READ_TIMEOUT);
            let _ = tokio::time::timeout(left, store.reading.lock()).await;
        }
    }

    pub(crate) fn refused(&self, parameter: Parameter) -> ToolError {
        let name = match &self.0 {
            Some(store) => store.source.name(parameter),
            None => parameter.variable().to_owned(),
        };
        ToolError::Unavailable(format!(
            "the vendor refuses the value of `{name}`; it has to be renewed"
        ))
    }

    /// One sentence for each thing that is wrong: names of parameters, never values. None at all where there are no secrets.
    #[must_use]
    pub fn faults(&self) -> Option<Vec<String>> {
        let store = self.0.as_ref()?;
        let held = store.lock();
        Some(held.faults(store.source.as_ref(), store.ttl.hard, now()))
    }

    /// The value, if one was read that may still be used.
    #[must_use]
    pub fn at_hand(&self, parameter: Parameter) -> Option<Secret> {
        let store = self.0.as_ref()?;
        let held = store.lock();
        if held.is_older_than(store.ttl.hard, now()) {
            return None;
        }
        held.secret(parameter)
    }

    /// Whether there may be a value that cannot be used now: it is malformed, or the source could not be read.
    #[must_use]
    pub fn is_unusable(&self, parameter: Parameter) -> bool {
        self.0.as_ref().is_some_and(|store| {
            let held = store.lock();
            held.is_older_than(store.ttl.hard, now()) || held.why(parameter).is_some()
        })
    }

    fn missing(&self, parameter: Parameter) -> ToolError {
        ToolError::Unavailable(match &self.0 {
            Some(store) => {
                let name = store.source.name(parameter);
                match store.lock().why(parameter) {
                    Some(Why::Malformed(rule)) => {
                        format!("`{name}` cannot be used: it {rule}; it has to be replaced")
                    }
                    Some(Why::Unread(error)) => {
                        format!("`{name}` cannot be used: {error}; try again later")
                    }
                    None => format!("`{name}` is missing; it has to be set"),
                }
            }
            None => format!(
                "no secrets are configured (`{}`); see MESH_SECRETS",
                parameter.variable()
            ),
        })
    }
}

/// By both clocks, for what is kept on a host that may be frozen.
#[must_use]
pub fn now() -> Moment {
    Moment::new(Instant::now(), SystemTime::now())
}

impl Store {
    async fn read(&self, deadline: Deadline) -> Result<(), SourceError> {
        let started = Instant::now();
        let deadline = deadline.at_most(started, READ_TIMEOUT);
        if let Some(error) = self.lock().rests(now()) {
            return Err(error);
        }
        let before = self.lock().generation;
        let left = deadline.remaining(started);
        let Ok(_alone) = tokio::time::timeout(left, self.reading.lock()).await else {
            return Err(SourceError::TimedOut);
        };
        if self.lock().generation != before {
            return self.lock().error.clone().map_or(Ok(()), Err);
        }
        let read = tokio::time::timeout(
            deadline.remaining(Instant::now()),
            self.source.read(deadline),
        )
        .await
        .unwrap_or(Err(SourceError::TimedOut));
        let ended = Instant::now();
        if read.is_err() && ended - started < READ_TIMEOUT && deadline.remaining(ended).is_zero() {
            // Who asked had no time left: nothing is known of the source.
            return Err(SourceError::TimedOut);
        }
        self.metrics.backend("secrets", ended - started);
        self.metrics.secret_refresh(match read {
            Ok(_) => Outcome::Success,
            Err(_) => Outcome::Failure,
        });
        self.keep(read, now())
    }

    fn keep(
        &self,
        read: Result<mesh_core::ParameterValues, SourceError>,
        now: Moment,
    ) -> Result<(), SourceError> {
        let mut held = self.lock();
        match read {
            Ok(values) => {
                held.renew(values, now);
                for fault in held.faults(self.source.as_ref(), self.ttl.hard, now) {
                    tracing::warn!(fault, "a secret cannot be used");
                }
                Ok(())
            }
            Err(error) => {
                // Asked again and again by whoever needs a value: the log has it once.
                if held.error.as_ref() == Some(&error) {
                    tracing::debug!(%error, "the secrets still cannot be read");
                } else {
                    tracing::warn!(%error, "the secrets could not be read");
                }
                held.fail(error.clone(), now);
                Err(error)
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Held> {
        // What is held is replaced as a whole, so a panic leaves it sound.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
