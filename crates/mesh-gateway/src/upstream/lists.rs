//! What an upstream offers, as it was last heard.

use std::sync::Arc;
use std::time::Instant;

use mesh_core::Deadline;
use tokio::sync::watch;

use super::Upstream;
use crate::connection::Connection;
use crate::fault::Fault;
use crate::heard::Heard;

impl Upstream {
    /// Reads its lists anew.
    pub(super) async fn hear(
        &self,
        connection: &Connection,
        deadline: Deadline,
    ) -> Result<(), Fault> {
        let lists = connection.lists(deadline).await;
        let mut told = Ok(());
        let withheld = lists.as_ref().ok().map(|heard| self.unapproved(heard));
        {
            let mut now = self.lock();
            match lists {
                Ok(heard) => {
                    now.succeed();
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
                    now.fail(fault.clone());
                    told = Err(fault);
                }
            }
        }
        self.news.send_modify(|news| *news += 1);
        told
    }

    /// Reads its lists, starting it where it is not up.
    pub(crate) async fn list(self: &Arc<Self>, deadline: Deadline) -> Result<(), Fault> {
        let connection = self.connection(deadline, false).await?;
        self.hear(&connection, deadline).await
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
    pub(crate) async fn known(self: &Arc<Self>, deadline: Deadline) {
        let mut news = self.news.subscribe();
        // What goes wrong is kept for whoever asks.
        let _ = self.connection(deadline, false).await;
        while self.is_unheard_of() {
            if news.changed().await.is_err() {
                return;
            }
        }
    }

    /// Whether there is something to wait for before it is listed.
    pub(crate) fn is_unheard_of(&self) -> bool {
        let is_unheard_of = {
            let now = self.lock();
            now.heard.is_none() && now.last_fault.is_none()
        };
        is_unheard_of && self.awaits_approval().is_none()
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}
