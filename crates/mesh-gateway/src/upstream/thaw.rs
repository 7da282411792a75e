//! On a host that is frozen between calls: what would be waited for in vain is used again only where it still answers, and no
//! process is left in the middle of a call.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use mesh_core::Deadline;

use super::Upstream;
use super::now::Phase;
use crate::connection::Connection;
use crate::credential::Freshness;
use crate::fault::Fault;
use crate::hops::Hops;
use crate::sandbox::Resting;
use crate::wire::{Group, Wire};

/// After so long the host may have been frozen, and what it was connected to may have given up.
const RESTED: Duration = Duration::from_secs(5);
/// One that is well answers sooner.
const PROBE_TIMEOUT: Duration = Duration::from_millis(500);

impl Upstream {
    /// The connection to use: one that has rested for a while must answer first, and is replaced where it does not. Over
    /// Streamable HTTP each request has a connection that is tried anew.
    pub(super) async fn awake(
        self: &Arc<Self>,
        hops: &Hops,
        deadline: Deadline,
    ) -> Result<Arc<Connection>, Fault> {
        let rested = self
            .lock()
            .used_at
            .is_some_and(|used| rests(used, SystemTime::now()));
        let is_new = !matches!(self.lock().phase, Phase::Up(_));
        let connection = self.connection(hops, deadline, Freshness::AtHand).await?;
        // One that is at work for somebody else answers that one first.
        let is_alone = *self.calls.borrow() == 1;
        if is_new
            || !rested
            || !is_alone
            || self.world.sandbox.is_none()
            || matches!(connection.wire, Wire::Streamable(_))
            || connection.probe(PROBE_TIMEOUT).await.is_none()
        {
            return Ok(connection);
        }
        tracing::info!(
            upstream = self.entry.name,
            "its connection answers no more, and is replaced"
        );
        self.kill(&connection);
        self.connection(hops, deadline, Freshness::AtHand).await
    }

    /// It is not used from now on.
    pub(super) fn rest(&self) {
        let mut now = self.lock();
        now.used = Some(Instant::now());
        now.used_at = Some(SystemTime::now());
    }

    /// Its process, where it has one.
    pub(crate) fn resting(&self) -> Option<Resting> {
        let now = self.lock();
        let Phase::Up(connection) = &now.phase else {
            return None;
        };
        Some(Resting {
            group: connection.wire.group()?,
            used: now.used_at.unwrap_or(SystemTime::UNIX_EPOCH),
            is_busy: *self.calls.borrow() > 0,
        })
    }

    /// Ends its process, where it still is this one.
    pub(crate) fn give_up(&self, group: Group) {
        let connection = match &self.lock().phase {
            Phase::Up(connection) if connection.wire.group() == Some(group) => {
                Arc::clone(connection)
            }
            _ => return,
        };
        self.kill(&connection);
    }

    pub(super) fn kill(&self, connection: &Arc<Connection>) {
        self.forget(connection);
        connection.wire.kill();
    }
}

/// By the clock on the wall: the steady one stands still while the host is frozen. One that was set back tells nothing.
fn rests(used: SystemTime, now: SystemTime) -> bool {
    now.duration_since(used)
        .map_or(true, |rested| rested > RESTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_counts_as_rest() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert!(!rests(at(100), at(105)));
        assert!(rests(at(100), at(106)));
        assert!(rests(at(100), at(99)));
    }
}
