//! What is offered is kept up to date.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::future::join_all;
use mesh_core::{Deadline, lock, write_lock};
use tokio::time::{MissedTickBehavior, timeout_at};

use super::Gateway;
use crate::catalogue::Catalogue;
use crate::heard::Kind;
use crate::hops::Hops;
use crate::upstream::Upstream;

impl Gateway {
    /// As [`Self::publish`], where something was heard since this was last called: on a host where nothing runs by itself.
    pub fn publish_news(&self) {
        let news = *self.0.news.borrow();
        if self.0.published.swap(news, Ordering::AcqRel) != news {
            self.publish();
            self.0.world.approvals.save();
        }
    }

    /// Takes up what has been heard since. Says of which kinds something is offered that was not, or not so.
    pub fn publish(&self) -> Vec<Kind> {
        let mut unannounced = lock(&self.0.publishing);
        let upstreams = self.upstreams();
        let offered = upstreams.iter();
        let offered = offered.filter_map(|upstream| upstream.offered(self.0.name_limit));
        let is_strict = self.0.world.approvals.are_enforced();
        let mut newer = Catalogue::of(offered, is_strict);
        let known = self.catalogue();
        let differing = newer.differing(&known);
        if differing.is_empty() && newer.notes == known.notes {
            return differing;
        }
        for note in newer
            .notes
            .iter()
            .filter(|note| !known.notes.contains(note))
        {
            tracing::warn!(note, "not all of an upstream is offered");
        }
        newer.generation = known.generation + 1;
        *write_lock(&self.0.catalogue) = Arc::new(newer);
        unannounced.extend(&differing);
        differing
    }

    /// The kinds of which something has come to differ since this was last called, whoever had it published.
    pub(super) fn take_unannounced(&self) -> Vec<Kind> {
        let mut unannounced = lock(&self.0.publishing);
        std::mem::take(&mut *unannounced).into_iter().collect()
    }

    /// Writes what is new in the lock, on a thread that may wait for a disk.
    async fn save_approvals(&self) {
        let approvals = Arc::clone(&self.0.world.approvals);
        if approvals.are_unsaved() {
            // A panic was logged where it was.
            let _ = tokio::task::spawn_blocking(move || approvals.save()).await;
        }
    }

    /// Waits until something was heard of each upstream, or it failed; until the deadline at most. Where all are known it does
    /// not wait at all.
    pub async fn known(&self, deadline: Deadline) {
        self.known_of(|_| true, &Hops::default(), deadline).await;
    }

    /// As [`Self::known`], of those that are meant alone, for a request that came through these servers.
    pub async fn known_of(&self, is_meant: impl Fn(&str) -> bool, hops: &Hops, deadline: Deadline) {
        let upstreams = self.upstreams();
        let unheard: Vec<_> = upstreams
            .iter()
            .filter(|upstream| is_meant(&upstream.entry.name) && upstream.is_unheard_of(hops))
            .collect();
        if unheard.is_empty() {
            return;
        }
        let asked = join_all(
            unheard
                .into_iter()
                .map(|upstream| upstream.known(hops, deadline)),
        );
        let _late = timeout_at(deadline.at().into(), asked).await;
        self.publish();
        let _late = timeout_at(deadline.at().into(), self.save_approvals()).await;
    }

    /// Starts every upstream and waits for its lists, or its failure.
    pub async fn ask_all(&self, deadline: Deadline) {
        let upstreams = self.upstreams();
        let all = upstreams.iter().map(|upstream| upstream.list(deadline));
        join_all(all).await;
        self.publish();
        self.save_approvals().await;
    }

    /// Keeps what is offered up to date, and ends what nobody uses, until it is dropped.
    /// `changed` is called with the kinds of which something is offered that was not, or not so.
    pub async fn tend(&self, changed: impl Fn(&[Kind])) {
        const EVERY: Duration = Duration::from_secs(5);
        /// Changes that come in a storm are taken together.
        const DEBOUNCE: Duration = Duration::from_millis(200);
        let mut news = self.0.news.subscribe();
        let mut due = tokio::time::interval(EVERY);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first is at once.
        due.tick().await;
        loop {
            let upstreams = self.upstreams();
            let said = upstreams
                .iter()
                .map(|upstream| Box::pin(upstream.says_that_it_changed()));
            let tend = || upstreams.iter().for_each(Upstream::tend_apart);
            // What is due ends with news of it.
            tokio::select! {
                _ = news.changed() => {}
                () = any(said) => {
                    tokio::time::sleep(DEBOUNCE).await;
                    tend();
                    continue;
                }
                _ = due.tick() => {
                    tend();
                    continue;
                }
            }
            self.publish();
            self.save_approvals().await;
            let differing = self.take_unannounced();
            if !differing.is_empty() {
                changed(&differing);
            }
        }
    }
}

/// Ends with the first of them, and where there are none, never.
async fn any(all: impl Iterator<Item = impl Future<Output = ()> + Unpin>) {
    let all: Vec<_> = all.collect();
    match all.is_empty() {
        true => std::future::pending().await,
        false => drop(futures::future::select_all(all).await),
    }
}
