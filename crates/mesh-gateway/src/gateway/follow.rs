//! What is configured changes while the others are served.

use std::sync::Arc;

use mesh_core::{lock, write_lock};

use super::{Gateway, Upstreams, by_name};
use crate::entry::Entry;
use crate::upstream::Upstream;
use crate::wishes::Wishes;

/// What became of the upstreams, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    pub added: Vec<String>,
    pub changed: Vec<String>,
    pub removed: Vec<String>,
}

impl Gateway {
    /// Takes these for those there are. An upstream whose entry says what it said goes on as it is; another is started anew when
    /// it is needed, and the calls of the one that it replaces end in peace. [`Self::tend`] tells of what is offered then.
    pub fn replace(&self, entries: Vec<Entry>) -> Replaced {
        let mut replaced = Replaced::default();
        let mut known: Vec<_> = self.upstreams().to_vec();
        let (mut newer, mut retired) = (Vec::new(), Vec::new());
        for entry in entries {
            let place = known.iter().position(|one| one.entry.name == entry.name);
            let known = place.map(|place| known.swap_remove(place));
            let upstream = match known {
                Some(known) if known.entry.says_the_same(&entry) => known,
                Some(known) => {
                    replaced.changed.push(entry.name.clone());
                    let successor = self.upstream_of(entry, Arc::clone(&known.wishes));
                    successor.learn_from(&known);
                    retired.push(known);
                    successor
                }
                None => {
                    replaced.added.push(entry.name.clone());
                    let wishes = Wishes::new(&entry.name, self.0.updates.clone());
                    self.upstream_of(entry, Arc::new(wishes))
                }
            };
            newer.push(upstream);
        }
        for gone in known {
            replaced.removed.push(gone.entry.name.clone());
            retired.push(gone);
        }
        if replaced != Replaced::default() {
            // First, so that whoever comes now finds who is there from now on.
            *write_lock(&self.0.upstreams) = by_name(newer);
            self.refuse_ourselves();
            self.0.news.send_modify(|news| *news += 1);
        }
        retired.into_iter().for_each(|one| self.retire(one));
        replaced
    }

    /// Takes up what people have approved since. Says whether the lock was another.
    pub fn reread_approvals(&self) -> bool {
        if !self.0.world.approvals.reread() {
            return false;
        }
        for upstream in self.upstreams().iter() {
            upstream.reconsider();
        }
        self.0.news.send_modify(|news| *news += 1);
        true
    }

    fn upstream_of(&self, entry: Entry, wishes: Arc<Wishes>) -> Arc<Upstream> {
        let (world, news) = (self.0.world.clone(), self.0.news.clone());
        Arc::new(Upstream::new(entry, world, news, wishes))
    }

    fn retire(&self, upstream: Arc<Upstream>) {
        upstream.retire();
        let gateway = self.clone();
        self.retiring(|all| all.push(Arc::clone(&upstream)));
        tokio::spawn(async move {
            upstream.calls_are_over().await;
            upstream.end().await;
            gateway.retiring(|all| all.retain(|one| !Arc::ptr_eq(one, &upstream)));
        });
    }

    fn retiring(&self, change: impl FnOnce(&mut Vec<Arc<Upstream>>)) {
        let mut retiring = lock(&self.0.retiring);
        let mut all = retiring.to_vec();
        change(&mut all);
        *retiring = Upstreams::from(all);
    }
}
