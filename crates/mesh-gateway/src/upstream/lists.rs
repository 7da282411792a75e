//! What an upstream offers, as it was last heard.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use mesh_core::{Deadline, lock};
use tokio::time::timeout;

use super::Upstream;
use crate::catalogue::Offered;
use crate::connection::Connection;
use crate::credential::Freshness;
use crate::fault::Fault;
use crate::heard::{Heard, Kind};
use crate::hops::Hops;

impl Upstream {
    /// Reads its lists anew. Where some keep others waiting, those are offered meanwhile.
    pub(super) async fn hear(
        &self,
        connection: &Connection,
        hops: &Hops,
        deadline: Deadline,
    ) -> Result<(), Fault> {
        /// Lists that come together are taken together.
        const TOGETHER: Duration = Duration::from_secs(1);
        let mut heard = Heard::nothing_yet(connection.completes());
        let mut lists = connection.lists(hops, deadline);
        let mut wait = None;
        loop {
            let next = match wait {
                Some(wait) => timeout(wait, lists.next()).await,
                None => Ok(lists.next().await),
            };
            match next {
                Ok(Some((kind, list))) => {
                    if let Err(fault) = heard.take(kind, list) {
                        return self.take_up(Err(fault));
                    }
                    wait = (kind == Kind::Tool).then_some(TOGETHER).or(wait);
                }
                Ok(None) => return self.take_up(Ok(heard)),
                Err(_) => {
                    self.take_up(Ok(heard.clone()))?;
                    wait = None;
                }
            }
        }
    }

    /// Takes note of what was heard, or why nothing was.
    fn take_up(&self, heard: Result<Heard, Fault>) -> Result<(), Fault> {
        let taken_up = {
            let mut now = self.lock();
            now.lists_tried_at = Some(Instant::now());
            match heard {
                Ok(mut heard) => {
                    if let Some(before) = &now.heard {
                        heard.keep(before);
                    }
                    now.is_there();
                    // By the lock as it is now: what is judged before may be withheld by one that was changed since.
                    now.withheld = self.unapproved(&heard);
                    now.heard_at = Some(Instant::now());
                    now.are_lists_due = false;
                    now.heard = Some(Arc::new(heard));
                    Ok(())
                }
                Err(fault) => {
                    now.fail_to_list(fault.clone());
                    Err(fault)
                }
            }
        };
        self.news.send_modify(|news| *news += 1);
        taken_up
    }

    /// Reads its lists, starting it where it is not up.
    pub(crate) async fn list(self: &Arc<Self>, deadline: Deadline) -> Result<(), Fault> {
        let hops = Hops::default();
        let connection = self.connection(&hops, deadline, Freshness::AtHand).await?;
        self.hear(&connection, &hops, deadline).await
    }

    /// Why nothing was ever heard of it.
    pub(crate) fn why_silent(&self) -> Option<Fault> {
        if let Some(why) = self.awaits_approval() {
            return Some(Fault::Unapproved(why));
        }
        let now = self.lock();
        if now.heard.is_some() {
            return None;
        }
        let left_alone = now.left_alone().err();
        left_alone.or_else(|| now.last_fault.as_ref().map(|(_, fault)| fault.clone()))
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

    /// What of it is offered: made anew where something else was heard, or approved.
    pub(crate) fn offered(&self, name_limit: usize) -> Option<Arc<Offered>> {
        let heard = self.heard()?;
        let heard = self.world.approvals.approved_once(&self.entry, &heard);
        let mut offered = lock(&self.offered);
        let made = match offered.take().filter(|known| known.is_of(&heard)) {
            Some(known) => known,
            None => Arc::new(Offered::of(&self.entry, heard, name_limit)),
        };
        *offered = Some(Arc::clone(&made));
        Some(made)
    }

    /// Waits until its lists were heard, or it failed.
    pub(crate) async fn known(self: &Arc<Self>, hops: &Hops, deadline: Deadline) {
        let mut news = self.news.subscribe();
        // What goes wrong is kept for whoever asks.
        if self
            .connection(hops, deadline, Freshness::AtHand)
            .await
            .is_err()
        {
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
}
