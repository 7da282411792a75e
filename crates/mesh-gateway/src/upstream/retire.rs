//! An upstream is configured in another way, or not any more.

use tokio::sync::watch;

use super::Upstream;
use super::now::Phase;
use crate::fault::Fault;

/// A call that is under way, until it is dropped.
#[derive(Debug)]
pub(super) struct UnderWay<'a>(&'a watch::Sender<usize>);

impl Upstream {
    /// # Errors
    /// Where it is not configured any more.
    pub(super) fn begin(&self) -> Result<UnderWay<'_>, Fault> {
        self.calls.send_modify(|calls| *calls += 1);
        let under_way = UnderWay(&self.calls);
        // Looked at when the call is counted already, so that none is missed by who retires it.
        match self.lock().is_retired {
            true => Err(Fault::NotConfigured),
            false => Ok(under_way),
        }
    }

    /// No call begins from now on.
    pub(crate) fn retire(&self) {
        self.lock().is_retired = true;
    }

    /// Each call has a deadline, so this ends.
    pub(crate) async fn calls_are_over(&self) {
        let mut calls = self.calls.subscribe();
        // The sender lives as long as we do.
        let _ = calls.wait_for(|calls| *calls == 0).await;
    }

    /// Offers what the one before it did until its own lists are read, where it is the same server.
    pub(crate) fn learn_from(&self, before: &Self) {
        if self.entry.transport == before.entry.transport {
            let heard = before.heard();
            let mut now = self.lock();
            now.heard = heard.or_else(|| now.heard.take());
        }
    }

    /// Takes up what was approved since it was last refused.
    pub(crate) fn reconsider(&self) {
        let known = self.world.approvals.known(&self.entry);
        let mut now = self.lock();
        let withheld = now.heard.as_ref().map(|heard| self.unapproved(heard));
        now.withheld = withheld.unwrap_or_default();
        if now.heard.is_none() {
            now.heard = known.map(std::sync::Arc::new);
        }
        if self.world.approvals.refuses(&self.entry).is_some()
            && let Phase::Up(connection) = &now.phase
        {
            tracing::warn!(
                upstream = self.entry.name,
                "what runs is not approved any more, and is ended"
            );
            connection.wire.kill();
            now.phase = Phase::Idle;
        }
        if matches!(now.last_fault, Some((_, Fault::NotApproved(_)))) {
            now.failures = 0;
            now.is_let_in();
            now.last_fault = None;
        }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|calls| *calls -= 1);
    }
}
