//! What goes on beside requests, for as long as the server runs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mesh_core::Deadline;
use mesh_gateway::{Gateway, Kind, Replaced};
use mesh_tools::changes::Change;

use super::App;

impl App {
    /// Keeps what the audit has to keep beside requests: lines that the state did not take in time, and the end of the chain where
    /// it is missed if the lines are cut off.
    pub async fn keep_audit(&self, deadline: Deadline) {
        self.audit.flush(deadline).await;
        if let Some(state) = &self.state {
            self.audit.anchor(&**state, deadline).await;
        }
    }

    /// As [`Self::keep_audit`], with the lines of calls that were not to go on.
    pub(crate) async fn end_audit(&self) {
        self.audit.settle(Self::soon()).await;
        self.keep_audit(Self::soon()).await;
    }

    /// Keeps what the servers behind this one offer up to date, and tells those who listen. Runs until the server stops, as
    /// [`Self::watch`] does.
    pub(crate) async fn tend(&self) {
        let Some(gateway) = &self.gateway else {
            return;
        };
        gateway.start_eager(self.deadline());
        let changed = |kinds: &[Kind]| {
            let has = |kind| kinds.contains(&kind);
            for (is_changed, change) in [
                (has(Kind::Tool), Change::Tools),
                (has(Kind::Prompt), Change::Prompts),
                (
                    has(Kind::Resource) || has(Kind::Template),
                    Change::Resources,
                ),
            ] {
                if is_changed {
                    self.services.changes.announce(change);
                }
            }
        };
        let tending = async { tokio::join!(gateway.tend(changed), self.follow_upstreams(gateway)) };
        self.stopping.run_until_cancelled(tending).await;
    }

    /// Takes up what was heard of the servers behind this one, where nothing else does: on a host without [`Self::tend`].
    pub fn take_up_upstreams(&self) {
        if let Some(gateway) = &self.gateway {
            gateway.publish_news();
        }
    }

    /// Takes up what people write into the files of upstreams, what they approve, and what is found elsewhere.
    async fn follow_upstreams(&self, gateway: &Gateway) {
        const EVERY: Duration = Duration::from_secs(2);
        /// Other systems are asked less often: at every so many-th look.
        const ASK_AT: u32 = 5;
        let Some(sources) = &self.sources else {
            return;
        };
        for round in 1_u32.. {
            tokio::time::sleep(EVERY).await;
            let is_found_anew = round.is_multiple_of(ASK_AT) && sources.look().await;
            let (read, followed) = (Arc::clone(sources), gateway.clone());
            let looked = tokio::task::spawn_blocking(move || {
                if followed.reread_approvals() {
                    tracing::info!("the lock of the upstreams was changed");
                }
                read.read_again()
            });
            // A panic was logged where it was.
            if !looked.await.unwrap_or(false) && !is_found_anew {
                continue;
            }
            let written = sources.written();
            written.log();
            let Replaced {
                added,
                changed,
                removed,
            } = gateway.replace(written.entries);
            tracing::info!(
                ?added,
                ?changed,
                ?removed,
                "the upstreams are configured anew"
            );
        }
    }

    /// Ends the processes and sessions of the servers behind this one, when nobody is served any more.
    pub(crate) async fn end_upstreams(&self) {
        if let Some(gateway) = &self.gateway {
            gateway.end().await;
        }
    }

    /// The deadline, two seconds from now, of writing to the state what no request waits for.
    pub(crate) fn soon() -> Deadline {
        const TIMEOUT: Duration = Duration::from_secs(2);
        Deadline::after(Instant::now(), TIMEOUT)
    }

    /// Notices a corpus indexed anew, and tells those who listen; reads secrets anew that are due. Runs until the server
    /// stops; a host that is frozen between requests does without it.
    pub(crate) async fn watch(&self) {
        const EVERY: Duration = Duration::from_secs(2);
        let indexed_at = || {
            self.services
                .corpus()
                .map(|corpus| corpus.stats().indexed_at)
        };
        let mut known = indexed_at();
        while self
            .stopping
            .run_until_cancelled(tokio::time::sleep(EVERY))
            .await
            .is_some()
        {
            self.strangers.tell(Instant::now());
            self.splices.forget(Instant::now());
            crate::dispatch::refresh(self).await;
            let is_changed = self.access.refresh(Self::soon()).await;
            self.keep_audit(Self::soon()).await;
            if self.services.secrets.is_due() {
                // What went wrong is logged where it did.
                let _ = self.services.secrets.read(self.deadline()).await;
            }
            let now = indexed_at();
            if now != known || is_changed {
                known = now;
                for change in [Change::Tools, Change::Prompts, Change::Resources] {
                    self.services.changes.announce(change);
                }
            }
        }
    }
}
