//! What each caller may see and use, by the policy that is in force.

mod granted;
mod hidden;
mod place;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use mesh_core::{Caller, Deadline, TextSource, lock};
use mesh_doors::policy::{Policy, Rights};

use place::{Elsewhere, Place, Version, text_of, version};

/// So many callers' rights are kept; when they are more, all are found anew.
const MAX_CALLERS: usize = 10_000;

/// Without a policy everybody may use everything.
#[derive(Debug, Default)]
pub struct Access(Option<InForce>);

#[derive(Debug)]
struct InForce {
    place: Place,
    now: Mutex<Current>,
}

/// Without a policy, where there has to be one, nobody may use anything.
#[derive(Debug, Default)]
struct Current {
    policy: Option<Arc<Policy>>,
    /// The file's, by which a change of it is noticed; none where the policy is in no file.
    version: Version,
    /// By this policy: to find a caller's rights, every member of every team is looked at.
    rights: HashMap<Box<str>, (Caller, Rights)>,
}

/// What one caller may do, as long as the policy stays as it is.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    policy: Arc<Policy>,
    pub(crate) rights: Rights,
}

/// There has to be a policy, and there is none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoPolicy;

impl Access {
    /// # Errors
    /// When the file cannot be read, or is no policy: a server does not start with less than was asked for.
    pub(crate) fn by(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else {
            return Ok(Self(None));
        };
        let version = version(file);
        let policy = parsed(file, &text_of(file)?)?;
        Ok(Self(Some(InForce {
            place: Place::File(file.to_owned()),
            now: Mutex::new(Current {
                policy: Some(Arc::new(policy)),
                version,
                rights: HashMap::new(),
            }),
        })))
    }

    /// A policy that is no file, read anew when it is older than `ttl`. Nothing is read yet, and nobody may use anything before
    /// it is: see [`Self::renew`].
    #[must_use]
    pub fn kept(source: Box<dyn TextSource>, ttl: Duration) -> Self {
        Self(Some(InForce {
            place: Place::Elsewhere(Elsewhere::new(source, ttl)),
            now: Mutex::default(),
        }))
    }

    pub(crate) const fn is_limited(&self) -> bool {
        self.0.is_some()
    }

    /// # Errors
    /// [`NoPolicy`]: nobody is to be served.
    pub(crate) fn ready(&self) -> Result<(), NoPolicy> {
        match &self.0 {
            Some(in_force) if lock(&in_force.now).policy.is_none() => Err(NoPolicy),
            _ => Ok(()),
        }
    }

    /// What was wrong with the policy, or with where it is kept, when it was read last, or why there is none.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let told = match &self.0.as_ref()?.place {
            Place::File(_) => None,
            Place::Elsewhere(place) => place.fault(),
        };
        told.or_else(|| {
            let missing = self.ready().err();
            missing.map(|NoPolicy| "it was not read in time".to_owned())
        })
    }

    /// Takes up a file that was changed, and a policy kept elsewhere that is due to be read. One that cannot be read changes
    /// nothing: what was in force stays. Says whether another is in force now.
    pub(crate) async fn refresh(&self, deadline: Deadline) -> bool {
        match &self.0 {
            Some(in_force) => match &in_force.place {
                Place::File(file) => in_force.follow(file),
                Place::Elsewhere(place) => in_force.renew(place, deadline).await,
            },
            None => false,
        }
    }

    /// As [`Self::refresh`], of a policy kept elsewhere alone.
    pub async fn renew(&self, deadline: Deadline) -> bool {
        match &self.0 {
            Some(in_force) => match &in_force.place {
                Place::File(_) => false,
                Place::Elsewhere(place) => in_force.renew(place, deadline).await,
            },
            None => false,
        }
    }

    /// Whether [`Self::renew`] would read.
    #[must_use]
    pub fn is_due(&self) -> bool {
        let place = self.0.as_ref().map(|in_force| &in_force.place);
        matches!(place, Some(Place::Elsewhere(place)) if place.is_due())
    }

    /// None without a policy.
    pub(crate) fn of(&self, caller: &Caller) -> Option<Granted> {
        let mut now = lock(&self.0.as_ref()?.now);
        let policy = now.policy.clone().unwrap_or_default();
        if let Some((known, rights)) = now.rights.get(caller.id())
            && known == caller
        {
            let rights = rights.clone();
            return Some(Granted { policy, rights });
        }
        let rights = policy.rights(caller);
        if now.rights.len() >= MAX_CALLERS {
            now.rights.clear();
        }
        now.rights
            .insert(caller.id().into(), (caller.clone(), rights.clone()));
        Some(Granted { policy, rights })
    }
}

impl InForce {
    fn follow(&self, file: &Path) -> bool {
        let newer = version(file);
        if newer == lock(&self.now).version {
            return false;
        }
        let text = match text_of(file) {
            Ok(text) => text,
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(error, "the changed policy cannot be read yet");
                return false;
            }
        };
        lock(&self.now).version = newer;
        match parsed(file, &text) {
            Ok(policy) => {
                self.put(policy);
                true
            }
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(
                    error,
                    "the changed policy is not taken; the last good one stays"
                );
                false
            }
        }
    }

    async fn renew(&self, place: &Elsewhere, deadline: Deadline) -> bool {
        let take = |text: &str| {
            let policy = Policy::parse(text);
            self.put(policy.map_err(|faults| faults.to_string())?);
            Ok(())
        };
        place.renew(deadline, take).await
    }

    fn put(&self, policy: Policy) {
        let mut now = lock(&self.now);
        let before = now.policy.replace(Arc::new(policy));
        now.rights.clear();
        if before.is_some() {
            tracing::info!("the policy was changed");
        }
    }
}

fn parsed(file: &Path, text: &str) -> anyhow::Result<Policy> {
    let policy = Policy::parse(text);
    policy.with_context(|| format!("the policy `{}` cannot be used", file.display()))
}
