//! What an upstream offers, as it was last heard.

use std::sync::Arc;
use std::time::Instant;

use mesh_core::Deadline;
use tokio::sync::watch;

use super::Upstream;
use crate::connection::Connection;
use crate::fault::Fault;
use crate::heard::Heard;
use crate::hops::Hops;

impl Upstream {
    /// Reads its lists anew.
    pub(super) async fn hear(
        &self,
        connection: &Connection,
        hops: &Hops,
        deadline: Deadline,
    ) -> Result<(), Fault> {
        let lists = connection.lists(hops, deadline).await;
        let mut told = Ok(());
        let withheld = lists.as_ref().ok().map(|heard| self.unapproved(heard));
        {
            let mut now = self.lock();
            now.lists_tried_at = Some(Instant::now());
            match lists {
                Ok(heard) => {
                    now.is_there();
                    now.withheld = withheld.unwrap_or_default();
                    now.heard_at = Some(Instant::now());
                    now.are_lists_due = false;
                    if now
                        .heard
                        .as_ref()
                        .is_none_or(|known| !known.is_the_same(&heard))
                    {
                        now.heard = Some(Arc::new(heard));
                    }
                }
                Err(fault) => {
                    now.fail_to_list(fault.clone());
                    told = Err(fault);
                }
            }
        }
        self.news.send_modify(|news| *news += 1);
        told
    }

    /// Reads its lists, starting it where it is not up.
    pub(crate) async fn list(self: &Arc<Self>, deadline: Deadline) -> Result<(), Fault> {
        let hops = Hops::default();
        let connection = self.connection(&hops, deadline, false).await?;
        self.hear(&connection, &hops, deadline).await
    }

    /// Why nothing was ever heard of it.
    pub(crate) fn why_silent(&self) -> Option<Fault> {
        if let Some(why) = self.awaits_approval() {
            return Some(Fault::Unapproved(why));
        }
        self.last_fault().filter(|_| self.heard().is_none())
    }

    pub(super) fn awaits_approval(&self) -> Option<String> {
        self.world.approvals.awaits(&self.entry)
    }

    pub(crate) fn last_fault(&self) -> Option<Fault> {
        self.lock()
            .last_fault
            .as_ref()
            .map(|(_, fault)| fault.clone())
    }

    pub(crate) fn heard(&self) -> Option<Arc<Heard>> {
        self.lock().heard.clone()
    }

    /// Waits until its lists were heard, or it failed.
    pub(crate) async fn known(self: &Arc<Self>, hops: &Hops, deadline: Deadline) {
        let mut news = self.news.subscribe();
        // What goes wrong is kept for whoever asks.
        if self.connection(hops, deadline, false).await.is_err() {
            return;
        }
        while self.is_silent(|_| false) {
            if news.changed().await.is_err() {
                return;
            }
        }
    }

    /// Whether there is something to wait for before it is listed.
    pub(crate) fn is_unheard_of(&self, hops: &Hops) -> bool {
        // What another request has come through says nothing of one that a client has sent.
        let does_not_count = |fault: &Fault| hops.is_empty() && matches!(fault, Fault::CameBack(_));
        let is_unheard_of = self.is_silent(does_not_count);
        is_unheard_of && self.awaits_approval().is_none()
    }

    /// Whether nothing was heard of it, and of no fault either but those that do not count.
    fn is_silent(&self, does_not_count: impl Fn(&Fault) -> bool) -> bool {
        let now = self.lock();
        let fault = now.last_fault.as_ref().map(|(_, fault)| fault);
        now.heard.is_none() && fault.is_none_or(does_not_count)
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}
