//! All upstreams together.

mod follow;
mod ourselves;
mod publish;

pub use follow::Replaced;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, RwLock};

use futures::future::join_all;
use mesh_core::{Deadline, lock, read_lock};
use serde_json::value::RawValue;
use tokio::sync::{broadcast, watch};

use crate::catalogue::{Catalogue, RemoteTool};
use crate::connection::Asked;
use crate::entry::{Entry, Transport};
use crate::fault::Fault;
use crate::heard::{Heard, Kind};
use crate::item::Found;
use crate::name::may_be_of;
use crate::state::{State, Stats};
use crate::upstream::{Upstream, World};
use crate::wishes::{Subscription, Update, Wishes};

/// The upstreams, and what they offer. Clones are the same.
#[derive(Clone, Debug)]
pub struct Gateway(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    upstreams: RwLock<Upstreams>,
    /// Not configured any more; calls in flight end in peace.
    retiring: Mutex<Upstreams>,
    catalogue: RwLock<Arc<Catalogue>>,
    world: World,
    /// Held while a catalogue is made: the kinds of which something differs, and nobody was told yet.
    publishing: Mutex<BTreeSet<Kind>>,
    name_limit: usize,
    /// The value of `news` the catalogue was built from.
    published: AtomicU64,
    news: watch::Sender<u64>,
    updates: broadcast::Sender<Update>,
}

/// Who falls this far behind hears that all of them were.
const MAX_UPDATES: usize = 256;

/// A process that we start could otherwise read our own environment, and what we hold in memory.
fn keep_to_ourselves() {
    #[cfg(target_os = "linux")]
    if let Err(error) =
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
    {
        tracing::warn!(%error, "what this process holds can be read by those it starts");
    }
}

impl Gateway {
    /// Nothing is started yet.
    #[must_use]
    pub fn new(entries: Vec<Entry>, world: &World, name_limit: usize) -> Self {
        keep_to_ourselves();
        let news = watch::channel(0).0;
        let updates = broadcast::Sender::new(MAX_UPDATES);
        let upstream = |entry: Entry| {
            let wishes = Arc::new(Wishes::new(&entry.name, updates.clone()));
            Arc::new(Upstream::new(entry, world.clone(), news.clone(), wishes))
        };
        let gateway = Self(Arc::new(Inner {
            upstreams: RwLock::new(by_name(entries.into_iter().map(upstream).collect())),
            retiring: Mutex::default(),
            catalogue: RwLock::default(),
            world: world.clone(),
            publishing: Mutex::default(),
            name_limit,
            published: AtomicU64::new(0),
            news: news.clone(),
            updates: updates.clone(),
        }));
        gateway.refuse_ourselves();
        gateway.publish();
        // Nobody has seen anything else.
        gateway.take_unannounced();
        world.approvals.save();
        gateway
    }

    /// What is offered now. No upstream is asked.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&read_lock(&self.0.catalogue))
    }

    fn upstreams(&self) -> Upstreams {
        Arc::clone(&read_lock(&self.0.upstreams))
    }

    /// Calls a tool; `more` are further parameters, as JSON.
    ///
    /// # Errors
    /// See [`Fault`].
    pub async fn call(
        &self,
        tool: &RemoteTool,
        arguments: &str,
        more: Vec<(&'static str, Cow<'_, str>)>,
        asked: Asked,
    ) -> Result<Box<RawValue>, Fault> {
        let upstream = self.upstream(&tool.upstream).ok_or(Fault::NotConfigured)?;
        upstream.call(tool, arguments, more, asked).await
    }

    /// Asks an upstream for a prompt or a resource; `params` are JSON, and `name` is what it is about.
    ///
    /// # Errors
    /// See [`Fault`].
    pub async fn ask(
        &self,
        upstream: &str,
        method: &str,
        params: Vec<(&'static str, Cow<'_, str>)>,
        name: &str,
        asked: &Asked,
    ) -> Result<Box<RawValue>, Fault> {
        let upstream = self.upstream(upstream).ok_or(Fault::NotConfigured)?;
        upstream.ask(method, params, name, asked).await
    }

    /// Has an upstream tell of a resource until what is returned is dropped. None where it tells nobody of its resources.
    ///
    /// # Errors
    /// See [`Fault`].
    pub async fn subscribe(
        &self,
        found: &Found,
        asked: &Asked,
    ) -> Result<Option<Subscription>, Fault> {
        let upstream = self.upstream(&found.upstream).ok_or(Fault::NotConfigured)?;
        upstream.subscribe(&found.uri, asked).await
    }

    /// What upstreams tell of the resources that somebody has subscribed to.
    #[must_use]
    pub fn updates(&self) -> broadcast::Receiver<Update> {
        self.0.updates.subscribe()
    }

    /// Of a tool that is not known: the upstream whose it would be, where nothing was ever heard of that one, and why.
    #[must_use]
    pub fn silent(&self, tool: &str) -> Option<(String, Fault)> {
        let is_its =
            |upstream: &&Arc<Upstream>| may_be_of(tool, &upstream.entry.name, self.0.name_limit);
        let upstreams = self.upstreams();
        let its = upstreams.iter().filter(is_its);
        its.map(|upstream| upstream.entry.name.as_str())
            .find_map(|upstream| self.silence_of(upstream))
    }

    /// Why nothing was ever heard of an upstream, where that is so; and its name.
    #[must_use]
    pub fn silence_of(&self, upstream: &str) -> Option<(String, Fault)> {
        let upstream = self.upstream(upstream)?;
        Some((upstream.entry.name.clone(), upstream.why_silent()?))
    }

    fn upstream(&self, name: &str) -> Option<Arc<Upstream>> {
        let upstreams = read_lock(&self.0.upstreams);
        let place = upstreams.binary_search_by(|upstream| upstream.entry.name.as_str().cmp(name));
        place.ok().map(|place| Arc::clone(&upstreams[place]))
    }

    /// Starts what is to be started before anybody asks.
    pub fn start_eager(&self, deadline: Deadline) {
        for upstream in self.upstreams().iter() {
            if !upstream.entry.options.eager {
                continue;
            }
            let upstream = Arc::clone(upstream);
            tokio::spawn(async move {
                // What went wrong is told to whoever asks for it.
                let _ = upstream.list(deadline).await;
            });
        }
    }

    /// Ends every process and every session.
    pub async fn end(&self) {
        let retiring = Arc::clone(&lock(&self.0.retiring));
        let all = self.upstreams();
        join_all(all.iter().chain(&*retiring).map(|upstream| upstream.end())).await;
    }

    /// Whose an upstream is; nobody's in particular where it names no team, or is not there.
    #[must_use]
    pub fn team(&self, upstream: &str) -> Option<String> {
        self.upstream(upstream)?.entry.options.team.clone()
    }

    /// Whether it is a process of this machine.
    #[must_use]
    pub fn is_process(&self, upstream: &str) -> bool {
        self.upstream(upstream)
            .is_some_and(|upstream| matches!(upstream.entry.transport, Transport::Stdio(_)))
    }

    #[must_use]
    pub fn state(&self, upstream: &str) -> Option<State> {
        Some(self.upstream(upstream)?.state())
    }

    /// Whether of any nothing was ever heard.
    #[must_use]
    pub fn is_any_unheard(&self) -> bool {
        let upstreams = self.upstreams();
        upstreams.iter().any(|upstream| upstream.heard().is_none())
    }

    #[must_use]
    pub fn has(&self, upstream: &str) -> bool {
        self.upstream(upstream).is_some()
    }

    /// Whether any of them, or the one that is named, completes arguments of prompts and of templates.
    #[must_use]
    pub fn completes(&self, upstream: Option<&str>) -> bool {
        let is_meant = |name: &str| upstream.is_none_or(|upstream| upstream == name);
        let upstreams = self.upstreams();
        let mut meant = upstreams.iter().filter(|one| is_meant(&one.entry.name));
        meant.any(|one| one.heard().is_some_and(|heard| heard.completes))
    }

    /// What an upstream offers, as it was last heard.
    #[must_use]
    pub fn heard(&self, upstream: &str) -> Option<Arc<Heard>> {
        self.upstream(upstream)?.heard()
    }

    #[must_use]
    pub fn stats(&self) -> Vec<Stats> {
        let upstreams = self.upstreams();
        upstreams.iter().map(|upstream| upstream.stats()).collect()
    }
}

/// Sorted by name, for the binary search.
type Upstreams = Arc<[Arc<Upstream>]>;

fn by_name(mut upstreams: Vec<Arc<Upstream>>) -> Upstreams {
    upstreams.sort_by(|a, b| a.entry.name.cmp(&b.entry.name));
    upstreams.into()
}
