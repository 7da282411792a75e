//! The same call may meet several processes. One of them says in the bucket that it pays; the others wait for its answer.

use std::future::Future;
use std::time::{Duration, Instant, SystemTime};

use mesh_core::{FoundObject, ObjectFault, PutWhen};
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout_at};

use super::kept::{Kept, digest, unusable};
use super::replays::{KEPT_FOR, Key};
use super::uncertain;
use crate::audio::{Bucket, Spool, random_id};
use crate::context::Context;
use crate::error::ToolError;
use crate::reply::Reply;

/// More than an answer has, as Base64 too.
const MAX_BYTES: u64 = 40 * 1024 * 1024;
/// For what is done beside a call, which is worth less than the answer: a first attempt that is lost, and another.
const ASIDE: Duration = Duration::from_secs(5);
/// How often an answer is looked for that another process is about to have.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What the bucket has of a call.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state")]
enum Entry {
    /// Until then, in seconds since 1970: after it the process is gone.
    Running {
        by: String,
        until: u64,
    },
    Failed {
        why: String,
    },
    /// It failed, and may have been charged: then, in seconds since 1970.
    Uncertain {
        why: String,
        at: u64,
    },
    Done(Kept),
}

enum Obstacle {
    Bucket(ObjectFault),
    Call(ToolError),
}

impl From<ObjectFault> for Obstacle {
    fn from(fault: ObjectFault) -> Self {
        Self::Bucket(fault)
    }
}

impl Context<'_> {
    /// What another process answered in the last ten minutes, or is about to answer; else what `work` does, for others to find.
    /// With `fresh` it is done again, unless it is under way. `is_usable` looks at what another process answered. Without a
    /// bucket that can be used it is done here, or where the bucket `is_needed`, refused.
    ///
    /// # Errors
    /// Those of `work`, here or elsewhere.
    pub(super) async fn done_once(
        &self,
        key: &Key,
        fresh: bool,
        is_needed: bool,
        is_usable: fn(&Reply) -> bool,
        work: impl Future<Output = Result<Reply, ToolError>>,
    ) -> Result<Elsewhere, ToolError> {
        let Some(bucket) = &self.services.voice.bucket else {
            return self.in_time(work).await.map(Elsewhere::No);
        };
        let digest = digest(key);
        match self.claimed(bucket, &digest, fresh, is_usable).await {
            Ok(Some(reply)) => return Ok(Elsewhere::Yes(reply)),
            Err(Obstacle::Call(error)) => return Err(error),
            Err(Obstacle::Bucket(fault)) if is_needed => return Err(unusable(&fault)),
            Err(Obstacle::Bucket(fault)) => {
                tracing::warn!(%fault, "the bucket of sounds cannot be used");
            }
            Ok(None) => {}
        }
        let outcome = self.in_time(work).await;
        let entry = match &outcome {
            Ok(reply) => Kept::of(reply).map(Entry::Done),
            Err(error) => Some(self.failed(error)),
        };
        if let Some(entry) = entry {
            let told = self
                .write_down(bucket, &digest, &entry, PutWhen::Always)
                .await;
            if let Err(fault) = told {
                tracing::warn!(%fault, "how a call ended that is paid for is not in the bucket");
            }
        }
        outcome.map(Elsewhere::No)
    }

    /// Ends it so early that what became of it is still told, and kept.
    async fn in_time(
        &self,
        work: impl Future<Output = Result<Reply, ToolError>>,
    ) -> Result<Reply, ToolError> {
        let deadline = self.request.deadline;
        let ended = timeout_at(deadline.soft().at().into(), work).await;
        ended.unwrap_or_else(|_| Err(self.out_of_time()))
    }

    fn out_of_time(&self) -> ToolError {
        let budget = self.request.deadline.budget();
        match self.spending.may_have_charged() {
            true => uncertain::late(budget),
            false => ToolError::DeadlineExceeded {
                budget,
                slow: "the call",
            },
        }
    }

    fn failed(&self, error: &ToolError) -> Entry {
        let why = match error {
            // Its token is its caller's alone.
            ToolError::ConfirmationRequired { .. } | ToolError::NotConfirmed(_) => {
                "nobody has agreed to it".to_owned()
            }
            error => error.to_string(),
        };
        match self.spending.may_have_charged() {
            true => Entry::Uncertain {
                why,
                at: seconds(SystemTime::now()),
            },
            false => Entry::Failed { why },
        }
    }

    /// Whether such a call would have an answer, or a refusal, of another process's.
    pub(super) async fn is_known_elsewhere(&self, key: &Key, fresh: bool) -> bool {
        let Some(bucket) = &self.services.voice.bucket else {
            return false;
        };
        let found = self.look(bucket, &digest(key)).await.ok().flatten();
        let entry = found.and_then(|found| serde_json::from_slice(&found.bytes).ok());
        let now = SystemTime::now();
        match entry {
            Some(Entry::Running { until, .. }) if until > seconds(now) => true,
            Some(Entry::Running { until: at, .. } | Entry::Uncertain { at, .. }) => {
                !fresh && is_recent(at, now)
            }
            Some(Entry::Done(kept)) => !fresh && kept.is_recent(now),
            Some(Entry::Failed { .. }) | None => false,
        }
    }

    /// Another process's answer; none, where the call is now ours.
    async fn claimed(
        &self,
        bucket: &Bucket,
        digest: &str,
        fresh: bool,
        is_usable: fn(&Reply) -> bool,
    ) -> Result<Option<Reply>, Obstacle> {
        let ours = random_id().map_err(Obstacle::Call)?;
        let mut has_waited = false;
        loop {
            let found = match self.look(bucket, digest).await {
                // Another process may be paying.
                Err(fault) if has_waited => return Err(Obstacle::Call(unusable(&fault))),
                found => found?,
            };
            let version = found.as_ref().map(|found| found.version.clone());
            let entry = found.and_then(|found| serde_json::from_slice(&found.bytes).ok());
            let now = SystemTime::now();
            match entry {
                // It was written, and the answer to that was lost.
                Some(Entry::Running { by, .. }) if by == ours => return Ok(None),
                Some(Entry::Running { until, .. }) if until > seconds(now) => {
                    has_waited = true;
                    self.wait().await?;
                    continue;
                }
                Some(Entry::Running { .. }) if has_waited => {
                    return Err(Obstacle::Call(uncertain::given_up()));
                }
                Some(Entry::Failed { why } | Entry::Uncertain { why, .. }) if has_waited => {
                    return Err(Obstacle::Call(failed_elsewhere(&why)));
                }
                // Of a process that is gone it is not known how far it came.
                Some(Entry::Running { until: at, .. } | Entry::Uncertain { at, .. })
                    if !fresh && is_recent(at, now) =>
                {
                    return Err(Obstacle::Call(uncertain::refused()));
                }
                Some(Entry::Done(kept)) if kept.is_recent(now) && (has_waited || !fresh) => {
                    let mut reply = kept.reply();
                    if is_usable(&reply) {
                        self.link_anew(bucket, &mut reply).await?;
                        return Ok(Some(reply));
                    }
                }
                _ => {}
            }
            let when = match &version {
                None => PutWhen::Absent,
                Some(version) => PutWhen::Unchanged(version),
            };
            let running = Entry::Running {
                by: ours.clone(),
                until: seconds(now + self.request.deadline.remaining(Instant::now())) + 1,
            };
            match self.write_down(bucket, digest, &running, when).await {
                Ok(()) => return Ok(None),
                Err(ObjectFault::Conflict) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
    }

    async fn look(
        &self,
        bucket: &Bucket,
        digest: &str,
    ) -> Result<Option<FoundObject>, ObjectFault> {
        let deadline = self.request.deadline.at_most(Instant::now(), ASIDE);
        match bucket.answer(digest, MAX_BYTES, deadline).await {
            Ok(found) => Ok(Some(found)),
            Err(ObjectFault::NotThere) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn wait(&self) -> Result<(), Obstacle> {
        let deadline = self.request.deadline;
        let left = deadline.remaining(Instant::now());
        sleep(left.min(LOOK_EVERY)).await;
        match left > LOOK_EVERY {
            true => Ok(()),
            false => Err(Obstacle::Call(ToolError::DeadlineExceeded {
                budget: deadline.budget(),
                slow: "the first call of the same, which is still under way",
            })),
        }
    }

    async fn write_down(
        &self,
        bucket: &Bucket,
        digest: &str,
        entry: &Entry,
        when: PutWhen<'_>,
    ) -> Result<(), ObjectFault> {
        let failed = |error: &dyn std::fmt::Display| ObjectFault::Failed(error.to_string());
        let json = serde_json::to_vec(entry).map_err(|error| failed(&error))?;
        let mut spool = Spool::new().map_err(|error| failed(&error))?;
        spool.write(&json).map_err(|error| failed(&error))?;
        let object = spool.close("application/json");
        let deadline = self.request.deadline.at_most(Instant::now(), ASIDE);
        bucket.keep_answer(digest, &object, when, deadline).await
    }
}

/// Whether an answer was another process's.
pub(super) enum Elsewhere {
    Yes(Reply),
    No(Reply),
}

fn failed_elsewhere(why: &str) -> ToolError {
    ToolError::Unavailable(format!("the first call of the same failed: {why}"))
}

fn is_recent(at: u64, now: SystemTime) -> bool {
    seconds(now).saturating_sub(at) < KEPT_FOR.as_secs()
}

fn seconds(at: SystemTime) -> u64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}
