//! One run at a time where what is known is in the parameter store: a parameter has the second until which a run has all to
//! itself. A run that was cut off leaves it, and the next one waits for that second.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use mesh_aws::Ssm;
use tokio::time::sleep;

use super::deadline;
use crate::terminal;

const NAME: &str = "elevenlabs-registration-lease";
const FREE: &str = "0";
const TERM: Duration = Duration::from_secs(300);
/// For what one step asks of ElevenLabs and of the store, each to its deadline.
const NEEDED: Duration = Duration::from_secs(240);
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(in super::super) struct Lease<'s> {
    store: &'s Ssm,
    version: i64,
    until: Duration,
}

/// What stands in the store.
struct Seen {
    version: Option<i64>,
    until: Duration,
}

impl<'s> Lease<'s> {
    /// Once no other run has it.
    pub(super) async fn take(store: &'s Ssm) -> anyhow::Result<Self> {
        let mut is_told = false;
        loop {
            let seen = seen(store).await?;
            let left = seen.until.saturating_sub(now());
            if left.is_zero() {
                match Self::next(store, seen.version).await? {
                    Some(lease) => return Ok(lease),
                    // Another was quicker, and is seen now.
                    None => continue,
                }
            }
            if !is_told {
                terminal::note(&format!(
                    "another `mesh register` is at work, or was cut off; waiting for its end, for {} s at most",
                    left.as_secs()
                ));
                is_told = true;
            }
            sleep(PAUSE).await;
        }
    }

    /// For one more step. Whoever was held up for longer than the term may have been succeeded.
    pub(super) async fn keep(&mut self) -> anyhow::Result<()> {
        if self.until > now() + NEEDED {
            return Ok(());
        }
        let seen = seen(self.store).await?;
        let is_ours = seen.version == Some(self.version) && seen.until == self.until;
        let next = match is_ours {
            true => Self::next(self.store, seen.version).await?,
            false => None,
        };
        *self = next.context("another run has begun meanwhile")?;
        Ok(())
    }

    /// It ends by itself where the store does not take this.
    pub(super) async fn give_back(self) {
        if self.until > now() {
            let version = Some(self.version);
            let _ = self
                .store
                .put_if_version(NAME, FREE, version, deadline())
                .await;
        }
    }

    pub(super) async fn forget(self) -> anyhow::Result<()> {
        let forgotten = self.store.delete_parameter(NAME, deadline()).await;
        forgotten.context("cannot write to the parameter store")
    }

    async fn next(store: &'s Ssm, seen: Option<i64>) -> anyhow::Result<Option<Self>> {
        let until = now() + TERM;
        let text = until.as_secs().to_string();
        let version = store.put_if_version(NAME, &text, seen, deadline()).await;
        let version = version.context("cannot write to the parameter store")?;
        Ok(version.map(|version| Self {
            store,
            version,
            until: Duration::from_secs(until.as_secs()),
        }))
    }
}

async fn seen(store: &Ssm) -> anyhow::Result<Seen> {
    let found = store.versioned_parameter(NAME, deadline()).await;
    let found = found.context("cannot read the parameter store")?;
    let until = found
        .as_ref()
        .and_then(|found| found.value.reveal().parse().ok());
    Ok(Seen {
        version: found.and_then(|found| found.version),
        until: Duration::from_secs(until.unwrap_or(0)),
    })
}

/// Since the beginning of 1970.
fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
